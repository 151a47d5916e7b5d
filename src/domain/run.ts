export type RunStatus = 'running' | 'done' | 'failed' | 'interrupted'
export type RunTrigger = 'cli' | 'start' | 'schedule'
export type Stage = 'waiting' | 'ingest' | 'settle' | 'train' | 'forecast' | 'backtest' | 'done' | 'failed'

/** How far one ticker has come within a run. */
export interface TickerProgress {
  readonly stage: Stage
  /** Steps done of `total` within the stage (epochs while training). */
  readonly done: number
  readonly total: number
  /** Training loss, in the loss's own unit, when the stage is `train`. */
  readonly loss?: number
  /** One line for a person: what was stored, or why it failed. */
  readonly message?: string
}
