import { type Distribution, QUANTILE_LEVELS } from '../domain/forecast.js'

const LAST = QUANTILE_LEVELS.length - 1
/** No probability is ever given as exactly 0 or 1. */
const SMALLEST_PROBABILITY = 1e-9

/**
 * P(return <= x) for the distribution whose quantile function is linear between its stored quantiles and exponential
 * outside them: each tail runs through its two outermost quantiles, Q(p) = Q(0.025) + s ln(p / 0.025) with
 * s = (Q(0.05) - Q(0.025)) / ln 2 below, mirrored above. Never decreasing in x; strictly inside (0, 1).
 */
export function cumulativeProbability(quantiles: readonly number[], x: number): number {
  return Math.min(Math.max(rawProbability(quantiles, x), SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY)
}

function rawProbability(quantiles: readonly number[], x: number): number {
  if (x < quantiles[0]!) return lowerTail(QUANTILE_LEVELS[0], quantiles[0]! - x, lowerTailScale(quantiles))
  if (x >= quantiles[LAST]!) {
    return 1 - lowerTail(1 - QUANTILE_LEVELS[LAST]!, x - quantiles[LAST]!, upperTailScale(quantiles))
  }
  const above = quantiles.findIndex((quantile) => quantile > x)
  const [q0, q1] = [quantiles[above - 1]!, quantiles[above]!]
  const [p0, p1] = [QUANTILE_LEVELS[above - 1]!, QUANTILE_LEVELS[above]!]
  return Math.min(p0 + (p1 - p0) * ((x - q0) / (q1 - q0)), p1) // the ratio first: it cannot underflow, nor leave [0, 1]
}

/** Probability left beyond a distance from the outermost quantile; a tail of no width holds nothing beyond it. */
function lowerTail(level: number, distance: number, scale: number): number {
  return scale > 0 ? level * Math.exp(-distance / scale) : distance > 0 ? 0 : level
}

/** Scale of the exponential lower tail, in percent. */
export const lowerTailScale = (quantiles: readonly number[]): number =>
  (quantiles[1]! - quantiles[0]!) / Math.log(QUANTILE_LEVELS[1] / QUANTILE_LEVELS[0])

/** Scale of the exponential upper tail, in percent. */
export const upperTailScale = (quantiles: readonly number[]): number =>
  (quantiles[LAST]! - quantiles[LAST - 1]!) / Math.log((1 - QUANTILE_LEVELS[LAST - 1]!) / (1 - QUANTILE_LEVELS[LAST]!))

/** Probability that the return is above `x` percent; strictly inside (0, 1), never increasing in x. */
export const probabilityAbove = (distribution: Distribution, x: number): number =>
  1 - cumulativeProbability(distribution.quantiles, x)

/** Probability that the return is beyond ±`thresholdPct` percent; strictly inside (0, 1), never increasing in the threshold. */
export function probabilityOfMove(distribution: Distribution, thresholdPct: number): number {
  const inside =
    cumulativeProbability(distribution.quantiles, thresholdPct) -
    cumulativeProbability(distribution.quantiles, -thresholdPct)
  return Math.min(Math.max(1 - inside, SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY)
}

/** Mean of the same distribution: the integral of its quantile function over (0, 1), tails included. */
export function meanOfQuantiles(quantiles: readonly number[]): number {
  const lowest = QUANTILE_LEVELS[0] * (quantiles[0]! - lowerTailScale(quantiles))
  const highest = (1 - QUANTILE_LEVELS[LAST]!) * (quantiles[LAST]! + upperTailScale(quantiles))
  let mean = lowest + highest
  for (let i = 0; i < LAST; i++) {
    mean += ((QUANTILE_LEVELS[i + 1]! - QUANTILE_LEVELS[i]!) * (quantiles[i]! + quantiles[i + 1]!)) / 2
  }
  return mean
}

/** Distribution with the given nondecreasing quantiles (percent) at `QUANTILE_LEVELS` and their mean. */
export const distributionOf = (quantiles: readonly number[]): Distribution => ({
  mean: meanOfQuantiles(quantiles),
  quantiles,
})
