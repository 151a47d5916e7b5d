import { type Attribution, COMPLETENESS, type Explanation, isComplete } from './explanation.js'
import { featureWords } from './featureWords.js'

/** A part of an attribution, with what it belongs to. Features that are told in the same words count as one. */
export interface NamedPart {
  readonly words: string
  readonly part: number
  /** Where it stands: `1.3 sd above usual`, or the name of a weekday. */
  readonly standing: string
}

/** The parts of an attribution by what their features mean, the largest first. */
export function rankedFeatures({ features, values }: Explanation, parts: Attribution): NamedPart[] {
  const byWords = new Map<string, NamedPart>()
  features.forEach((name, i) => {
    const words = featureWords(name)
    const before = byWords.get(words)
    const standing = standingOf(name, values[i]!) ?? before?.standing ?? ''
    byWords.set(words, { words, part: (before?.part ?? 0) + parts.features[i]!, standing })
  })
  return [...byWords.values()].sort((a, b) => Math.abs(b.part) - Math.abs(a.part))
}

/** Columns of which one is 1 and the others 0, with what the one is called. */
const ONE_OF = [/^is_([a-z]+day)$/, /^ticker:(.+)$/, /^month:(.+)$/]

/** Where a feature stands, in standard deviations from its mean in training; of weekdays and their like the one that it is. */
function standingOf(name: string, value: number): string | undefined {
  for (const pattern of ONE_OF) {
    const called = pattern.exec(name)?.[1]
    if (called) return value > 0 ? capital(called) : undefined
  }
  if (Math.abs(value) < 0.05) return 'as usual'
  return `${Math.abs(value).toFixed(1)}\u00a0sd ${value < 0 ? 'below' : 'above'} usual`
}

/** A part of ln(width) as the percentage by which it widens the interval, negative where it narrows it. */
export const widthPct = (part: number): number => 100 * Math.expm1(part)

/** `+4.1 %`, with a true minus sign and a narrow space. */
export function signedPercent(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  const sign = Number(text) === 0 ? '' : value < 0 ? '\u2212' : '+'
  return `${sign}${text}\u202f%`
}

/** What shaped the width of a forecast, in one or two sentences. */
export function widthSentence(explanation: Explanation): string {
  const { width } = explanation
  if (!width) return 'This model forecasts no width of its own: it follows the volatility scale.'
  if (!isComplete(width)) return incomplete('interval', width)
  const whole = widthPct(width.output - width.baseline)
  const ranked = rankedFeatures(explanation, width)
  const first = ranked[0]!
  if (first.part === 0)
    return 'Nothing in the past sessions moved the width of the interval away from that of average ones.'
  const against = ranked.find(({ part }) => Math.sign(part) === -Math.sign(first.part))
  const clause = ({ words, part }: NamedPart, object: string) =>
    `${words} ${part > 0 ? 'widens' : 'narrows'} ${object} most (${signedPercent(widthPct(part), 1)})`
  const others = against ? `, ${clause(against, 'it')}` : ''
  return `${capital(clause(first, 'the interval'))}${others}. In all the network draws it ${Math.abs(whole).toFixed(1)}\u202f% ${whole < 0 ? 'narrower' : 'wider'} than after average sessions of the same volatility.`
}

/** What shaped the median of a forecast, in one sentence. */
export function medianSentence(explanation: Explanation): string {
  const { median } = explanation
  if (!isComplete(median)) return incomplete('median', median)
  const first = rankedFeatures(explanation, median)[0]!
  const whole = `The network's median is ${signedPercent(median.output, 2)}, after average sessions it would be ${signedPercent(median.baseline, 2)}`
  return first.part === 0 ? `${whole}.` : `${whole}; ${first.words} moves it most (${signedPercent(first.part, 2)}).`
}

const incomplete = (what: string, { residual }: Attribution): string =>
  `What shaped the ${what} is not shown: the parts miss the whole by ${(100 * residual).toPrecision(2)}\u202f%, more than ${100 * COMPLETENESS}\u202f%.`

/** With a capital letter. */
export const capital = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`
