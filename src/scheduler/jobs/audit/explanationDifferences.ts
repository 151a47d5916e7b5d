import type { Attribution, Explanation } from '../../../domain/explanation.js'
import type { AuditDifference } from '../../../evaluation/leakAudit.js'

/** What was recorded of how a forecast was shaped, where it does not come out the same to the bit. */
export function explanationDifferences(recorded: Explanation, again: Explanation): AuditDifference[] {
  const recomputed = numbersOf(again)
  const known = numbersOf(recorded)
  return [...new Set([...known.keys(), ...recomputed.keys()])]
    .map((field) => ({
      field,
      recorded: known.get(field) ?? Number.NaN,
      recomputed: recomputed.get(field) ?? Number.NaN,
    }))
    .filter((pair) => !Object.is(pair.recorded, pair.recomputed))
}

/** Every number of an explanation by where it stands; parts by the feature or session they belong to. */
function numbersOf({ features, values, sessions, width, median, attention }: Explanation): Map<string, number> {
  const parts = (name: string, { baseline, output, earlier, ...of }: Attribution): [string, number][] => [
    ...[...Object.entries({ baseline, output, earlier })].map(([field, value]): [string, number] => [
      `${name}.${field}`,
      value,
    ]),
    ...features.map((feature, i): [string, number] => [`${name} of ${feature}`, of.features[i]!]),
    ...sessions.map((session, i): [string, number] => [`${name} of ${session}`, of.sessions[i]!]),
  ]
  return new Map([
    ...features.map((feature, i): [string, number] => [`value of ${feature}`, values[i]!]),
    ...(width ? parts('width', width) : []),
    ...parts('median', median),
    ...sessions.map((session, i): [string, number] => [`attention of ${session}`, attention.sessions[i]!]),
  ])
}
