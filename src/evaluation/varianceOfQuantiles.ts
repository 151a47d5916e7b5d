import { QUANTILE_LEVELS } from '../domain/forecast.js'
import { meanOfQuantiles } from '../model/probability.js'

const LAST = QUANTILE_LEVELS.length - 1

/**
 * Variance (percent squared) of the distribution of `model/probability.ts`, whose quantile function is linear between
 * the stored quantiles and logarithmic in the tails: the integral of its square over (0, 1) less its squared mean.
 */
export function varianceOfQuantiles(quantiles: readonly number[]): number {
  const mean = meanOfQuantiles(quantiles)
  const q = quantiles.map((quantile) => quantile - mean)
  let variance = tail(q[0]!, q[1]!) + tail(-q[LAST]!, -q[LAST - 1]!)
  for (let i = 0; i < LAST; i++) {
    const width = QUANTILE_LEVELS[i + 1]! - QUANTILE_LEVELS[i]!
    variance += (width * (q[i]! ** 2 + q[i]! * q[i + 1]! + q[i + 1]! ** 2)) / 3
  }
  return variance
}

/** Integral of Q² over (0, p), p the lowest level, Q(tau) = lowest + s ln(tau / p). */
function tail(lowest: number, next: number): number {
  const p = QUANTILE_LEVELS[0]
  const s = (next - lowest) / Math.log(QUANTILE_LEVELS[1] / p)
  return p * (lowest ** 2 - 2 * lowest * s + 2 * s ** 2)
}
