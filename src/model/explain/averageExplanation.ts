import type { Attribution, Explanation } from '../../domain/explanation.js'

/**
 * What an ensemble's explanation is: the mean of its members', number by number, for its forecast is the mean of theirs.
 * What parts miss is added up, so that the residual is no less than that of the mean.
 */
export function averageExplanation(members: readonly Explanation[]): Explanation {
  const [first] = members as [Explanation]
  if (members.length === 1) return first
  const widths = members.flatMap(({ width }) => width ?? [])
  return {
    ...first,
    width: widths.length > 0 ? averageAttribution(widths) : null,
    median: averageAttribution(members.map(({ median }) => median)),
    attention: {
      sessions: means(members.map(({ attention }) => attention.sessions)),
      earlier: Math.fround(mean(members.map(({ attention }) => attention.earlier))),
    },
  }
}

function averageAttribution(members: readonly Attribution[]): Attribution {
  const [baseline, output] = [mean(members.map((one) => one.baseline)), mean(members.map((one) => one.output))]
  const missed = mean(members.map((one) => one.residual * Math.abs(one.output - one.baseline)))
  return {
    ...{ baseline, output, steps: Math.max(...members.map(({ steps }) => steps)) },
    residual: missed === 0 ? 0 : output === baseline ? 1 : missed / Math.abs(output - baseline),
    features: means(members.map(({ features }) => features)),
    sessions: means(members.map(({ sessions }) => sessions)),
    earlier: Math.fround(mean(members.map(({ earlier }) => earlier))),
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** In single precision, as they are stored. */
const means = (lists: readonly (readonly number[])[]): number[] =>
  lists[0]!.map((_, i) => Math.fround(mean(lists.map((list) => list[i]!))))
