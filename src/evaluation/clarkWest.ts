import { meanOf, meanSquareAbout } from '../model/baselines/moments.js'
import { ndtr } from '../model/baselines/specialFunctions.js'
import type { TestResult } from './testResult.js'

/**
 * Does the forecast know something that the benchmark nested in it does not? Clark & West 2007, equation 3.1: the mean
 * of (y - b)^2 - ((y - f)^2 - (b - f)^2) against zero, one-sided, standard normal. A small p-value speaks for the forecast.
 * For one step ahead (no autocorrelation is allowed for).
 *
 * @param actual (n). @param forecast (n). @param benchmark (n), zeros for "no change".
 * @returns null when n < 2 or the adjusted difference does not vary.
 */
export function clarkWest(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  benchmark: ArrayLike<number>,
): TestResult | null {
  const n = actual.length
  const adjusted = Float64Array.from(
    actual,
    (y, i) => (y - benchmark[i]!) ** 2 - ((y - forecast[i]!) ** 2 - (benchmark[i]! - forecast[i]!) ** 2),
  )
  const mean = meanOf(adjusted)
  const variance = meanSquareAbout(adjusted, mean)
  if (n < 2 || !(variance > 0)) return null
  const statistic = mean / Math.sqrt(variance / (n - 1))
  return { statistic, pValue: ndtr(-statistic) }
}
