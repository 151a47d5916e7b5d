import { LEAST_VOLATILITY, relativeLogVolatility } from './logVolatility.js'
import { rollingMean } from './rolling.js'
import type { FeatureColumn, Series } from './series.js'

const WINDOWS = [1, 5, 22, 66] as const
/** Most that a session's volatility may be, in multiples of the recent one; only wrong ticks and flash crashes are more. */
const MOST_MULTIPLE = 6
const RECENT_DECAY = 0.94

/**
 * Log volatility from the session's range, Parkinson's and Garman & Klass's, over 1, 5, 22 and 66 sessions, relative to
 * the forecast volatility (L). (L) each.
 *
 * Spikes are bounded first: a mistyped low would otherwise rule the long windows for a quarter of a year.
 *
 * Sources: Parkinson, J. Business 53 (1980) 61-65; Garman & Klass, J. Business 53 (1980) 67-78; the windows of the HAR
 * model, Corsi, J. Financ. Econometrics 7 (2009) 174-196.
 */
export function rangeVolatilityFeatures(series: Series, volatility: Float64Array): FeatureColumn[] {
  const columns = (name: string, variance: Float64Array) =>
    WINDOWS.map((window) => ({
      name: `${name}_${window}`,
      values: relativeLogVolatility(rollingMean(boundSpikes(variance), window), volatility),
    }))
  return [...columns('parkinson', parkinson(series)), ...columns('garman_klass', garmanKlass(series))]
}

/** Variance of the log return: ln(H/L)² / (4 ln 2). (L) */
export function parkinson({ high, low }: Pick<Series, 'high' | 'low'>): Float64Array {
  return high.map((price, t) => Math.log(price / low[t]!) ** 2 / (4 * Math.LN2))
}

/** Variance of the log return: 0.5 ln(H/L)² - (2 ln 2 - 1) ln(C/O)²; never negative, for |ln(C/O)| <= ln(H/L). (L) */
export function garmanKlass({ open, high, low, close }: Series): Float64Array {
  return high.map(
    (price, t) => 0.5 * Math.log(price / low[t]!) ** 2 - (2 * Math.LN2 - 1) * Math.log(close[t]! / open[t]!) ** 2,
  )
}

/** Limits each variance (L) to 36 times the exponentially weighted mean of the limited ones before it. */
export function boundSpikes(variance: Float64Array): Float64Array {
  const bounded = variance.slice()
  let recent = variance[0] ?? 0
  for (let t = 0; t < bounded.length; t++) {
    bounded[t] = Math.min(bounded[t]!, MOST_MULTIPLE ** 2 * Math.max(recent, LEAST_VOLATILITY ** 2))
    recent = RECENT_DECAY * recent + (1 - RECENT_DECAY) * bounded[t]!
  }
  return bounded
}
