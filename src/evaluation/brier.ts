import { meanOf } from '../model/baselines/moments.js'
import { probabilityOfMove } from '../model/probability.js'
import type { Settled } from './figures.js'

/** What counts as a large move in evaluations, in percent. */
export const LARGE_MOVE_PCT = 2

/**
 * Brier skill score of P(|return| > 2 %): 1 - its mean squared error over that of the base rate, the share of large moves
 * over the very sessions that are scored (Brier 1950; Wilks, Statistical Methods in the Atmospheric Sciences, section
 * 8.4). No constant can do better than that rate, which is known only afterwards.
 *
 * @returns null when all sessions, or none, saw a large move.
 */
export function brierSkill(settled: readonly Settled[]): number | null {
  const large = settled.map(({ returnPct }) => Number(Math.abs(returnPct) > LARGE_MOVE_PCT))
  const baseRate = meanOf(large)
  if (!(baseRate > 0 && baseRate < 1)) return null
  const errors = settled.map((forecast, i) => (probabilityOfMove(forecast, LARGE_MOVE_PCT) - large[i]!) ** 2)
  return 1 - meanOf(errors) / (baseRate * (1 - baseRate))
}
