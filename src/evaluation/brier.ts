import { meanOf } from '../model/baselines/moments.js'
import { probabilityOfMove } from '../model/probability.js'
import type { Settled } from './figures.js'

/** What counts as a large move in evaluations, in percent. */
const LARGE_MOVE_PCT = 2

const isLarge = (returnPct: number): boolean => Math.abs(returnPct) > LARGE_MOVE_PCT

/** Share of returns (percent) beyond ±2 %; returns that are not known do not count. NaN when none is known. */
export function largeMoveRate(returnPct: ArrayLike<number>): number {
  const known = Array.from(returnPct).filter(Number.isFinite)
  return known.filter(isLarge).length / known.length
}

/**
 * Brier skill score of P(|return| > 2 %): 1 - its mean squared error over that of the ticker's base rate, the share of
 * large moves in the sessions before those that are scored (Brier 1950; Wilks, Statistical Methods in the Atmospheric
 * Sciences, section 8.4).
 *
 * @returns null when the base rate makes no error at all.
 */
export function brierSkill(settled: readonly Settled[], baseRate: number): number | null {
  const large = settled.map(({ returnPct }) => Number(isLarge(returnPct)))
  const errors = settled.map((forecast, i) => (probabilityOfMove(forecast, LARGE_MOVE_PCT) - large[i]!) ** 2)
  const plain = meanOf(large.map((happened) => (baseRate - happened) ** 2))
  return plain > 0 ? 1 - meanOf(errors) / plain : null
}
