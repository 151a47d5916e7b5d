import type { Config } from '../config.js'
import type { Database } from '../db/database.js'
import { discardRun, finishRun, foldRun, saveProgress, startRun, withRunLock } from '../db/runs.js'
import type { RunStatus, RunTrigger } from '../domain/run.js'
import type { Ticker } from '../domain/ticker.js'
import type { Providers } from '../ingest/providers.js'
import type { Logger } from '../log.js'
import type { TrainingPool } from '../model/trainingPool.js'
import { type ProgressListener, RunProgress } from './runProgress.js'
import { type TickerReport, TickerRuns } from './tickerRuns.js'

/** What every run needs, made once by the composition root. */
export interface RunContext {
  readonly database: Database
  readonly config: Config
  readonly log: Logger
  readonly clock: () => Date
  readonly pool: TrainingPool
  readonly providers: Providers
  /** Tickers worked on at once. */
  readonly concurrency: number
  readonly codeVersion: string
}

/** `ingest`: bars and outcomes only. `train`: a full training besides. `forecast`: with the model at hand, no training. */
export type RunStages = 'all' | 'ingest' | 'train' | 'forecast'

export interface RunRequest {
  readonly tickers: readonly Ticker[]
  readonly trigger: RunTrigger
  readonly signal: AbortSignal
  /** Stages to do; all of them unless said otherwise. */
  readonly stages?: RunStages
  readonly onProgress?: ProgressListener
  /** Called once when another process is running and this one waits for it. */
  readonly onWait?: () => void
}

export interface RunReport {
  readonly status: Exclude<RunStatus, 'running'>
  /** False when everything was there already. */
  readonly changed: boolean
  readonly tickers: readonly TickerReport[]
}

/**
 * One run: for every ticker ingest, settle past forecasts, train, forecast; then backtests of those that are new. One
 * run at a time over all processes. A ticker that fails stops no other; doing it all again changes nothing.
 */
export const runOnce = (context: RunContext, request: RunRequest): Promise<RunReport> =>
  withRunLock(context.database.sql, () => lockedRun(context, request), request.onWait ?? (() => {}))

async function lockedRun(context: RunContext, request: RunRequest): Promise<RunReport> {
  const { db } = context.database
  const runId = await startRun(db, request.trigger, context.clock())
  const log = context.log.child({ runId })
  const progress = new RunProgress((state) => saveProgress(db, runId, state, context.clock()), request.onProgress)
  const work = new TickerRuns(context, request, runId, progress, log)
  const tickers = await work.all()
  await progress.flush()

  const failed = tickers.filter((t) => t.error !== null)
  const status = request.signal.aborted ? 'interrupted' : failed.length > 0 ? 'failed' : 'done'
  const error = failed.length > 0 ? failed.map((t) => t.error).join('\n') : null
  const changed = tickers.some((t) => t.inserted + t.corrected + t.settled + t.trained + t.forecasts > 0)
  await endRun(context, request, runId, { status, error }, changed)
  log.info({ status, tickers: tickers.length, failed: failed.length, changed }, 'run ended')
  return { status, changed, tickers }
}

/** A run that changed nothing is folded into the one before it; asked for by hand and failed, it leaves no trace. */
async function endRun(
  { database: { db }, clock }: RunContext,
  { trigger }: RunRequest,
  runId: string,
  end: { status: RunReport['status']; error: string | null },
  changed: boolean,
): Promise<void> {
  if (!changed && trigger === 'cli' && end.status !== 'done') return discardRun(db, runId)
  if (!changed && (await foldRun(db, runId, end, clock()))) return
  await finishRun(db, runId, end, clock())
}
