import { UserError } from '../domain/errors.js'
import type { WalkForward } from '../domain/evaluation.js'
import { MINIMUM_SESSIONS } from '../model/defaults.js'

/** One training and what it forecasts, in rows of the history. */
export interface Fold {
  /** First row that is seen at all. */
  readonly start: number
  /** Trained on rows [start, trainEnd), whose outcomes reach no further than row `trainEnd`. */
  readonly trainEnd: number
  /** Forecasts as of rows [from, to). */
  readonly from: number
  readonly to: number
}

/**
 * Cuts the last `testSize` of `rows` rows (those whose outcome is known) into folds. Every `stepSize` rows is a cut; at
 * each `refit`-th one is trained on the rows before it, less the embargo. Nothing at or after its cut enters a fold's
 * training (walk-forward evaluation; Tashman 2000).
 *
 * @throws UserError when the first training would have too few rows.
 */
export function walkForward(ticker: string, rows: number, options: WalkForward): Fold[] {
  const { testSize, stepSize, refit, embargo, window } = options
  const first = rows - testSize
  const needed = MINIMUM_SESSIONS + embargo
  if (first < needed) {
    const gap = embargo > 0 ? ` after an embargo of ${embargo}` : ''
    throw new UserError(
      `${ticker}: ${rows + 1} sessions are too few: a test window of ${testSize} leaves ${Math.max(first - embargo, 0)} to train on${gap}, at least ${MINIMUM_SESSIONS} are needed`,
    )
  }
  const span = stepSize * refit
  return Array.from({ length: Math.ceil(testSize / span) }, (_, i) => {
    const from = first + i * span
    const start = window === 'rolling' ? from - first : 0
    return { start, trainEnd: from - embargo, from, to: Math.min(from + span, rows) }
  })
}
