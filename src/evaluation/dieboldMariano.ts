import { meanOf } from '../model/baselines/moments.js'
import { studentTCdf } from '../model/baselines/studentT.js'
import type { TestResult } from './testResult.js'

export interface DieboldMarianoOptions {
  /** Steps ahead, 1 unless told otherwise; `horizon - 1` autocovariances count in full. */
  readonly horizon?: number
  /** Further autocovariances that count, with the falling weights of Bartlett (Newey & West 1987); 0 unless told otherwise. */
  readonly bartlettLags?: number
}

/**
 * Does the first forecast lose less than the second? Diebold & Mariano 1995 with the small-sample correction of Harvey,
 * Leybourne & Newbold 1997, Student t with n - 1 degrees of freedom. One-sided: a small p-value speaks for the first.
 *
 * @param losses of the first forecast, (n).
 * @param rivalLosses of the second over the same sessions, (n).
 * @returns null when n < 2 or the difference has no (positive) variance: then nothing can be said.
 */
export function dieboldMariano(
  losses: ArrayLike<number>,
  rivalLosses: ArrayLike<number>,
  { horizon = 1, bartlettLags = 0 }: DieboldMarianoOptions = {},
): TestResult | null {
  const n = losses.length
  const difference = Float64Array.from(losses, (loss, i) => loss - rivalLosses[i]!)
  const mean = meanOf(difference)
  const lags = Math.max(horizon - 1, bartlettLags)
  let variance = autocovariance(difference, mean, 0)
  for (let lag = 1; lag <= lags; lag++) {
    const weight = lag < horizon ? 1 : 1 - lag / (bartlettLags + 1)
    variance += 2 * weight * autocovariance(difference, mean, lag)
  }
  if (n < 2 || !(variance > 0)) return null
  const correction = Math.sqrt((n + 1 - 2 * horizon + (horizon * (horizon - 1)) / n) / n)
  const statistic = (correction * mean) / Math.sqrt(variance / n)
  return { statistic, pValue: studentTCdf(statistic, n - 1) }
}

function autocovariance(series: Float64Array, mean: number, lag: number): number {
  let sum = 0
  for (let t = lag; t < series.length; t++) sum += (series[t]! - mean) * (series[t - lag]! - mean)
  return sum / series.length
}
