export type RunStatus = 'running' | 'done' | 'failed' | 'interrupted' | 'cancelled'
export type RunTrigger = 'cli' | 'start' | 'schedule' | 'tick' | 'dashboard'
export type Stage = 'waiting' | 'ingest' | 'settle' | 'train' | 'forecast' | 'backtest' | 'done' | 'failed'

/** `ingest`: bars and outcomes only. `train`: a full training besides. `forecast`: with the model at hand, no training. */
export type RunStages = 'all' | 'ingest' | 'train' | 'forecast'

/** How far one ticker has come within a run. */
export interface TickerProgress {
  readonly stage: Stage
  /** Steps done of `total` within the stage (epochs while training). */
  readonly done: number
  readonly total: number
  /** Validation loss, in the loss's own unit, when the stage is `train`. */
  readonly loss?: number
  /** Estimate from the pace so far, when the stage is `train` or `backtest`. */
  readonly secondsLeft?: number
  /** One line for a person: what was stored, or why it failed. */
  readonly message?: string
}

/** One line of a ticker's log within a run: it came to that stage, or something was said of it. */
export interface RunLogLine {
  /** ISO 8601. */
  readonly at: string
  readonly stage: Stage
  readonly message?: string
}

/** What a run did for one ticker, as counts that its stages add to. */
export interface TickerFacts {
  /** Last session of its bars; null when it failed before they were known. */
  readonly asOf: string | null
  readonly inserted: number
  readonly corrected: number
  readonly settled: number
  readonly trained: number
  readonly forecasts: number
}

export const NOTHING_DONE: TickerFacts = {
  asOf: null,
  inserted: 0,
  corrected: 0,
  settled: 0,
  trained: 0,
  forecasts: 0,
}

/** Whether anything was stored. */
export const hasChanged = ({ inserted, corrected, settled, trained, forecasts }: TickerFacts): boolean =>
  inserted + corrected + settled + trained + forecasts > 0

/**
 * Seconds that the parts of a run which have not ended still take, at the pace of those that have; undefined before the
 * first one has and after the last.
 */
export const secondsLeft = (ended: number, total: number, secondsSoFar: number): number | undefined =>
  ended > 0 && ended < total ? (secondsSoFar / ended) * (total - ended) : undefined
