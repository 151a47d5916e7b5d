import { QUANTILE_LEVELS, type SettledForecast } from '../domain/forecast.js'
import type { Drift } from '../domain/lifecycle.js'
import { meanOf } from '../model/baselines/moments.js'
import { meanOfQuantiles } from '../model/probability.js'
import { partialMean } from '../model/tailRisk.js'
import { pinballLoss } from './distributionMetrics.js'

/** Excess loss that is tolerated for good, as a share of what a forecast expects to lose. */
const TOLERANCE = 0.1
/** One wild session counts for no more than this many times the expected loss. */
const LARGEST_RATIO = 4
/** Alarm above it: on validation windows a false one in 8,000 sessions, and half again the losses found after 58 (median). */
const THRESHOLD = 15
const SHOWN = 20

/**
 * Do forecasts lose more than they say they will? The Page-Hinkley test (Page 1954; Gama et al. 2014, section 3.2.1) on
 * the ratio of each session's pinball loss to the one its own distribution expects: PH = m - min m, m the sum of
 * (ratio - 1 - tolerance). It begins anew after an alarm.
 *
 * @param settled served forecasts by ascending `asOf`.
 * @returns null without any.
 */
export function driftOf(settled: readonly SettledForecast[]): Drift | null {
  const known = settled.flatMap((forecast) => {
    const expected = expectedPinball(forecast.quantiles)
    return expected > 0
      ? [{ asOf: forecast.asOf, ratio: pinballLoss(forecast.quantiles, forecast.returnPct) / expected }]
      : []
  })
  const last = known.at(-1)
  if (!last) return null
  let statistic = 0
  let alarmAsOf: string | null = null
  for (const { asOf, ratio } of known) {
    if (statistic > THRESHOLD) statistic = 0
    // m - min m, without keeping either: it cannot fall below 0.
    statistic = Math.max(statistic + Math.min(ratio, LARGEST_RATIO) - 1 - TOLERANCE, 0)
    if (statistic > THRESHOLD) alarmAsOf = asOf
  }
  const lossRatio = meanOf(known.slice(-SHOWN).map(({ ratio }) => ratio))
  return { asOf: last.asOf, n: known.length, statistic, threshold: THRESHOLD, alarmAsOf, lossRatio }
}

/** Mean over the levels of the pinball loss that the distribution itself expects: tau E[Y] - E[Y; Y below its quantile]. */
function expectedPinball(quantiles: readonly number[]): number {
  const mean = meanOfQuantiles(quantiles)
  return meanOf(QUANTILE_LEVELS.map((level) => level * mean - partialMean(quantiles, level)))
}
