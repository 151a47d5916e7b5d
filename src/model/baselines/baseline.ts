import type { AdjustedBar } from '../../domain/bar.js'
import type { Distribution } from '../../domain/forecast.js'

/**
 * A plain forecaster that every model is measured against.
 *
 * `fit` sees training bars only. The fitted baseline then gives, for each bar t of a longer history, a distribution of
 * session t + 1 made from bars <= t.
 */
export interface Baseline {
  /** Field name: zero, drift, hist, ewma, fhs, garch, har. */
  readonly name: string
  /** Raised whenever its forecasts change; part of the ledger's model id (`name@version`). */
  readonly version: number
  fit(training: readonly AdjustedBar[]): FittedBaseline
}

export interface FittedBaseline {
  /** One distribution per bar in [from, bars.length), each made from bars up to it. Returns in percent. */
  forecast(bars: readonly AdjustedBar[], from: number): Distribution[]
}
