import { QUANTILE_LEVELS } from '../domain/forecast.js'
import { cumulativeProbability, lowerTailScale, meanOfQuantiles, upperTailScale } from './probability.js'

const LAST = QUANTILE_LEVELS.length - 1
/** Share of outcomes in each tail whose mean is told. */
const TAIL = 0.05

export interface ExpectedShortfall {
  /** Mean of the worst 5 % of returns, in percent. */
  readonly lower: number
  /** Mean of the best 5 %. */
  readonly upper: number
}

/**
 * Expected shortfall of both tails at 5 % (Acerbi & Tasche 2002): the mean of the quantile function of `probability.ts`,
 * exponential tails included, over (0, 0.05) and over (0.95, 1).
 *
 * @param quantiles nondecreasing, in percent, at `QUANTILE_LEVELS`.
 */
export const expectedShortfall = (quantiles: readonly number[]): ExpectedShortfall => ({
  lower: partialMean(quantiles, TAIL) / TAIL,
  upper: (meanOfQuantiles(quantiles) - partialMean(quantiles, 1 - TAIL)) / TAIL,
})

/** E|return| in percent: the mean, less twice what the returns below zero contribute to it. */
export const expectedMove = (quantiles: readonly number[]): number =>
  meanOfQuantiles(quantiles) - 2 * partialMean(quantiles, cumulativeProbability(quantiles, 0))

/** Integral of the quantile function over (0, level), 0 < level < 1: E[return; return below that quantile]. */
export function partialMean(quantiles: readonly number[], level: number): number {
  const lowest = QUANTILE_LEVELS[0]
  if (level <= lowest) return level * (quantiles[0]! + lowerTailScale(quantiles) * (Math.log(level / lowest) - 1))
  const highest = QUANTILE_LEVELS[LAST]!
  if (level >= highest) {
    const left = 1 - level
    const tail = quantiles[LAST]! - upperTailScale(quantiles) * (Math.log(left / (1 - highest)) - 1)
    return meanOfQuantiles(quantiles) - left * tail
  }
  let sum = lowest * (quantiles[0]! - lowerTailScale(quantiles))
  for (let i = 0; QUANTILE_LEVELS[i]! < level; i++) {
    const [from, to] = [QUANTILE_LEVELS[i]!, QUANTILE_LEVELS[i + 1]!]
    const [low, high] = [quantiles[i]!, quantiles[i + 1]!]
    const width = Math.min(level, to) - from
    sum += width * (low + ((high - low) * width) / (2 * (to - from)))
  }
  return sum
}
