import type { RunStages, TickerFacts } from './run.js'

/** Work that the queue carries. `ingest` settles past forecasts too; `deliver` sends a message out. */
export type JobKind = 'ingest' | 'train' | 'forecast' | 'backtest' | 'deliver'

/** In the order in which a free worker takes them: what ends in a forecast soonest comes first. */
export const JOB_KINDS: readonly JobKind[] = ['deliver', 'forecast', 'train', 'ingest', 'backtest']

/** One stage of a run for one ticker. */
export interface TickerJob {
  readonly runId: string
  readonly ticker: string
  readonly stages: RunStages
  /** What the run's earlier stages did for the ticker. */
  readonly facts: TickerFacts
}

/** What healthchecks.io and its like are told about a run. */
export interface PingJob {
  readonly runId: string
  readonly event: 'start' | 'success' | 'fail'
  /** One line a failed ticker. */
  readonly message: string
}

/** Sends what is due to an endpoint of alerts; valid while its row still names this moment. */
export interface AlertJob {
  readonly endpointId: string
  /** ISO 8601. */
  readonly wakeAt: string
}

export interface JobData {
  readonly ingest: TickerJob
  readonly train: TickerJob
  readonly forecast: TickerJob
  readonly backtest: TickerJob
  readonly deliver: PingJob | AlertJob
}

/** A job that a worker has taken. */
export interface Job<K extends JobKind = JobKind> {
  readonly id: string
  readonly kind: K
  readonly data: JobData[K]
  /** 0 at the first attempt; deaths of workers do not count. */
  readonly attempt: number
  readonly isLastAttempt: boolean
}
