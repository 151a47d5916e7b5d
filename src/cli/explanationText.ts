import { type Attribution, type Explanation, isComplete } from '../domain/explanation.js'
import { medianSentence, rankedFeatures, signedPercent, widthPct, widthSentence } from '../domain/explanationWords.js'
import { table } from './forecastView.js'

/** Features listed one by one; the others are summed up. */
const LISTED = 8
const SESSIONS_LISTED = 10

/** What shaped a forecast, as lines for a terminal; a part that does not add up is named, not shown. */
export function explanationText(explanation: Explanation | undefined): string {
  if (!explanation) return '  what shaped it was not recorded (forecast.explain)'
  const { width, median } = explanation
  const widthEffect = (part: number) => signedPercent(widthPct(part), 1)
  const medianEffect = (part: number) => signedPercent(part, 3)
  return [
    `  ${widthSentence(explanation)}`,
    ...(width && isComplete(width) ? ['', ...featureTable(explanation, width, '80 % interval', widthEffect)] : []),
    '',
    `  ${medianSentence(explanation)}`,
    ...(isComplete(median) ? ['', ...featureTable(explanation, median, 'median', medianEffect)] : []),
    '',
    ...sessionTable(explanation, widthEffect, medianEffect),
  ].join('\n')
}

function featureTable(
  explanation: Explanation,
  parts: Attribution,
  name: string,
  effect: (part: number) => string,
): string[] {
  const ranked = rankedFeatures(explanation, parts)
  const rest = ranked.slice(LISTED).reduce((sum, { part }) => sum + part, 0)
  return table([
    ['feature', 'stands', name],
    ...ranked.slice(0, LISTED).map(({ words, standing, part }) => [words, standing, effect(part)]),
    [`all ${ranked.length - LISTED} others`, '', effect(rest)],
  ])
}

function sessionTable(
  { sessions, width, median, attention }: Explanation,
  widthEffect: (part: number) => string,
  medianEffect: (part: number) => string,
): string[] {
  const shown = (parts: Attribution | null, effect: (part: number) => string, part: number | undefined) =>
    parts && isComplete(parts) ? effect(part!) : '–'
  const from = Math.max(sessions.length - SESSIONS_LISTED, 0)
  const before = (parts: readonly number[]) => parts.slice(0, from).reduce((sum, part) => sum + part, 0)
  const row = (name: string, partOf: (parts: Attribution | Explanation['attention']) => number) => [
    name,
    shown(width, widthEffect, width ? partOf(width) : undefined),
    shown(median, medianEffect, partOf(median)),
    `${(100 * partOf(attention)).toFixed(1)} %`,
  ]
  return table([
    ['session', '80 % interval', 'median', 'attention'],
    ...sessions.slice(from).map((session, i) => row(session, (parts) => parts.sessions[from + i]!)),
    row('before', (parts) => parts.earlier + before(parts.sessions)),
  ])
}
