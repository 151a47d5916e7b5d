import { logVolatility } from './logVolatility.js'
import { rollingMean } from './rolling.js'
import type { FeatureColumn, Series } from './series.js'

const WINDOWS = [1, 5, 22, 66] as const

/**
 * Log volatility from the session's range, Parkinson's and Garman & Klass's, over 1, 5, 22 and 66 sessions. (L) each.
 *
 * Sources: Parkinson, J. Business 53 (1980) 61-65; Garman & Klass, J. Business 53 (1980) 67-78; the windows of the HAR
 * model, Corsi, J. Financ. Econometrics 7 (2009) 174-196.
 */
export function rangeVolatilityFeatures(series: Series): FeatureColumn[] {
  const columns = (name: string, variance: Float64Array) =>
    WINDOWS.map((window) => ({ name: `${name}_${window}`, values: logVolatility(rollingMean(variance, window)) }))
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
