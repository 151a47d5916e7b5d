import type { AdjustedBar } from '../../domain/bar.js'
import { UserError } from '../../domain/errors.js'

/** Fewer training returns than this say too little about the tails that a baseline has to forecast. */
export const MIN_TRAINING_RETURNS = 60

/** Simple returns close / (previous close * ratio) - 1 in percent, one per bar; 0 for the first, which has none. */
export function adjustedReturns(bars: readonly AdjustedBar[]): Float64Array {
  const returns = new Float64Array(bars.length)
  for (let t = 1; t < bars.length; t++) {
    returns[t] = 100 * (bars[t]!.close / (bars[t - 1]!.close * bars[t]!.ratio) - 1)
  }
  return returns
}

/**
 * The training returns in percent, without the first bar, which has none: (bars.length - 1).
 * @throws UserError when there are fewer than `MIN_TRAINING_RETURNS` or the close never changes.
 */
export function trainingReturns(bars: readonly AdjustedBar[]): Float64Array {
  const returns = adjustedReturns(bars).subarray(1)
  if (returns.length < MIN_TRAINING_RETURNS) {
    throw new UserError(
      `${bars.length} training sessions are too few for the baselines: at least ${MIN_TRAINING_RETURNS + 1} are needed`,
    )
  }
  if (returns.every((value) => value === 0)) {
    throw new UserError(`the close never changes in all ${bars.length} training sessions: there is nothing to forecast`)
  }
  return returns
}
