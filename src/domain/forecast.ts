import type { Calibration } from './calibration.js'

/** The probability levels of every stored forecast, in ascending order. */
export const QUANTILE_LEVELS = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975] as const

/** A forecast distribution of the next session's simple return, in percent of the adjusted previous close. */
export interface Distribution {
  readonly mean: number
  /** One value per entry of `QUANTILE_LEVELS`, never decreasing. */
  readonly quantiles: readonly number[]
}

/**
 * How a forecast came about. `live`: its target session was not known to the database when it was written.
 * `backtest`: written later, by a model that was trained only on sessions before the first one it forecasts.
 */
export type ForecastOrigin = 'live' | 'backtest'

/** One row of the append-only ledger. Its identity is (ticker, asOf, target, model, dataHash). */
export interface Forecast extends Distribution {
  readonly ticker: string
  /** Last session whose bar the forecast may use, `YYYY-MM-DD`. */
  readonly asOf: string
  /** The session it speaks of: the first one after `asOf`, as the calendar stood when it was made. */
  readonly target: string
  /** Name of the method, for example `mamba` or `ewma`. */
  readonly forecaster: string
  /** Identity of the fitted model: a checkpoint id, or `name@version` for a baseline. */
  readonly model: string
  /** Hash of all bars up to `asOf` from which it was made. */
  readonly dataHash: string
  readonly origin: ForecastOrigin
  /** Adjusted close of `asOf`, in the quote currency. */
  readonly lastClose: number
  /** Probability that the return is above zero. */
  readonly pUp: number
  /** Probability that the absolute return exceeds `moveThresholdPct`. */
  readonly pLargeMove: number
  readonly moveThresholdPct: number
  /** Mean of |return|, in percent. This and what follows are null in rows of earlier versions. */
  readonly expectedMove: number | null
  /** Mean of the worst 5 % of returns, in percent (expected shortfall). */
  readonly shortfallLower: number | null
  /** Mean of the best 5 %. */
  readonly shortfallUpper: number | null
  /** Quantiles before calibration; null for baselines, which are not calibrated. */
  readonly rawQuantiles: readonly number[] | null
  /** The state they were calibrated with. */
  readonly calibration: Calibration | null
}

/** What really happened in the first session after `asOf`. */
export interface Outcome {
  readonly ticker: string
  readonly asOf: string
  readonly session: string
  /** Simple return in percent of the adjusted previous close. */
  readonly returnPct: number
  readonly close: number
}

/** A forecast of the ledger beside what happened. */
export interface SettledForecast extends Distribution {
  readonly asOf: string
  /** Simple return in percent of the adjusted previous close. */
  readonly returnPct: number
}
