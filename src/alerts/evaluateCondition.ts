import type { AlertCondition, AlertReason, MoveSize } from '../domain/alert.js'
import { type Forecast, QUANTILE_LEVELS } from '../domain/forecast.js'
import type { Verdict } from '../domain/score.js'
import { percent, probability, signedPercent } from './words.js'

/** A forecast with what is known of its ticker and of its maker. */
export interface ForecastFacts {
  readonly forecast: Forecast
  readonly exchange: string
  readonly isSample: boolean
  /** Standard deviation of the ticker's own daily returns, in percent; null where too few are known. */
  readonly volatilityPct: number | null
  readonly verdict: Verdict | null
  /** P(|move| > pct) under the forecast. */
  readonly probabilityOfMove: (pct: number) => number
}

type Check<K extends keyof AlertCondition> = (wanted: NonNullable<AlertCondition[K]>, facts: ForecastFacts) => Checked
type Checked = Omit<AlertReason, 'rule'> & { readonly holds: boolean }

const CHECKS: { readonly [K in keyof AlertCondition]-?: Check<K> } = {
  expectedMove: (wanted, { forecast, volatilityPct }) => {
    const unit = wanted.unit === 'pct' ? 1 : volatilityPct
    const size = unit ? Math.abs(forecast.mean) / unit : 0
    const sentence = `The expected move of ${signedPercent(forecast.mean)} is ${sizeText({ ...wanted, size })}, at least ${sizeText(wanted)}.`
    return { holds: unit !== null && size >= wanted.size, value: size, limit: wanted.size, sentence }
  },
  moveProbability: (wanted, { probabilityOfMove, volatilityPct }) => {
    const pct = wanted.unit === 'pct' ? wanted.size : volatilityPct && wanted.size * volatilityPct
    const value = pct ? probabilityOfMove(pct) : 0
    const sentence = `A move beyond ${sizeText(wanted)}${wanted.unit === 'sigma' && pct ? ` (${percent(pct)})` : ''} has probability ${probability(value)}, at least ${probability(wanted.probability)}.`
    return { holds: value >= wanted.probability, value, limit: wanted.probability, sentence }
  },
  intervalExcludesZero: (wanted, { forecast }) => {
    const [low, high] = intervalOf(forecast.quantiles, wanted)
    const text = `${signedPercent(low)} … ${signedPercent(high)}`
    const sentence = `The ${wanted} % interval ${text} lies on one side of zero.`
    return { holds: low > 0 || high < 0, value: text, limit: 0, sentence }
  },
  direction: (wanted, { forecast: { mean } }) => ({
    holds: wanted === 'up' ? mean > 0 : mean < 0,
    ...{ value: mean, limit: wanted, sentence: `The expected move of ${signedPercent(mean)} points ${wanted}.` },
  }),
  skill: (wanted, { verdict }) => {
    const holds = (wanted === 'mean' ? verdict?.meanSkill : verdict?.distributionSkill) ?? false
    const sentence = `Skill of the ${wanted} is demonstrated over ${verdict?.n ?? 0} sessions.`
    return { holds, value: holds ? 'shown' : 'not shown', limit: wanted, sentence }
  },
}

/** Whether everything holds that a subscription asks of a forecast, and the figures that say so. */
export function evaluateCondition(
  condition: AlertCondition,
  facts: ForecastFacts,
): { readonly holds: boolean; readonly reasons: AlertReason[] } {
  const checked = Object.entries(condition)
    .filter(([, wanted]) => wanted !== undefined)
    .map(([rule, wanted]) => {
      const check = CHECKS[rule as keyof AlertCondition] as Check<keyof AlertCondition>
      return { rule: rule as keyof AlertCondition, ...check(wanted, facts) }
    })
  return {
    holds: checked.every(({ holds }) => holds),
    reasons: checked.map(({ holds: _, ...reason }) => reason),
  }
}

/** A large move, where a subscription does not say what it is: more likely than not beyond the forecast's own threshold. */
export const likelyLargeMove = ({ moveThresholdPct }: Forecast): AlertCondition => ({
  moveProbability: { size: moveThresholdPct, unit: 'pct', probability: 0.5 },
})

/** Bounds of the central interval of that coverage, in percent. */
export function intervalOf(quantiles: readonly number[], coverage: 80 | 95): [low: number, high: number] {
  const level = (100 - coverage) / 200
  const index = QUANTILE_LEVELS.findIndex((known) => Math.abs(known - level) < 1e-9)
  return [quantiles[index]!, quantiles[QUANTILE_LEVELS.length - 1 - index]!]
}

const sizeText = ({ size, unit }: MoveSize): string =>
  unit === 'pct' ? percent(size) : `${size.toFixed(2)} of its own standard deviations`
