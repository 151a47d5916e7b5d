import { LEAST_VOLATILITY, logVolatility } from './logVolatility.js'
import { parkinson } from './rangeVolatility.js'
import { rollingMean } from './rolling.js'
import type { FeatureColumn, Series } from './series.js'

/** Decay of daily data; J.P. Morgan/Reuters, RiskMetrics Technical Document, 4th ed. (1996), section 5.3.2. */
const LAMBDA = 0.94

/**
 * EWMA volatility, the last return in its units, and log ratios of short to long volatility. (L) each.
 *
 * The surprise is r[t] over the volatility that was forecast for it at t - 1.
 */
export function ewmaVolatilityFeatures(series: Series): FeatureColumn[] {
  const variance = ewmaVariance(series)
  const ewma = logVolatility(variance)
  const squared = series.logReturn.map((r) => r * r)
  const [short, middle, long] = [5, 22, 66].map((window) => logVolatility(rollingMean(squared, window)))
  const surprise = series.logReturn.map((r, t) => (t === 0 ? Number.NaN : r / Math.sqrt(variance[t - 1]!)))
  return [
    { name: 'ewma_volatility', values: ewma },
    { name: 'surprise', values: surprise },
    { name: 'volatility_ratio_5_22', values: short!.map((value, t) => value - middle![t]!) },
    { name: 'volatility_ratio_22_66', values: middle!.map((value, t) => value - long![t]!) },
    { name: 'volatility_ratio_ewma_66', values: ewma.map((value, t) => value - long![t]!) },
  ]
}

/**
 * Forecast variance of the return after each session, as a fraction squared (L):
 * v[t] = lambda v[t-1] + (1 - lambda) r[t]², floored at 0.01 % daily volatility.
 *
 * r is the simple return. v[0] is the first session's Parkinson variance, the best guess there is without a return.
 */
export function ewmaVariance({ high, low, returnPct }: Series): Float64Array {
  const variance = new Float64Array(high.length)
  const floor = LEAST_VOLATILITY ** 2
  if (high.length > 0)
    variance[0] = Math.max(floor, parkinson({ high: high.subarray(0, 1), low: low.subarray(0, 1) })[0]!)
  for (let t = 1; t < high.length; t++)
    variance[t] = Math.max(floor, LAMBDA * variance[t - 1]! + (1 - LAMBDA) * (returnPct[t]! / 100) ** 2)
  return variance
}
