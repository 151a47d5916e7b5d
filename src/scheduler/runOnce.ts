import { randomUUID } from 'node:crypto'
import type { Config } from '../config.js'
import { interruptDeadRuns } from '../db/abandonedRuns.js'
import type { Database, Db } from '../db/database.js'
import { type Lease, runLock } from '../db/lease.js'
import { beginRun, endRun, finishTicker, type RunEnd, saveProgress } from '../db/runs.js'
import type { RunStages, RunTrigger, TickerProgress } from '../domain/run.js'
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

export interface RunRequest {
  readonly tickers: readonly Ticker[]
  readonly trigger: RunTrigger
  readonly signal: AbortSignal
  /** Stages to do; all of them unless said otherwise. */
  readonly stages?: RunStages
  readonly onProgress?: ProgressListener
  /** Called once for each ticker that another process is at work on and this one waits for. */
  readonly onWait?: (ticker: string) => void
}

export interface RunReport {
  readonly status: RunEnd['status']
  /** False when everything was there already. */
  readonly changed: boolean
  readonly tickers: readonly TickerReport[]
}

/**
 * One run in this process, here and now: for every ticker ingest, settle past forecasts, train, forecast; then backtests
 * of those that are new. A ticker that another process works on is waited for. A ticker that fails stops no other; doing
 * it all again changes nothing.
 */
export async function runOnce(context: RunContext, request: RunRequest): Promise<RunReport> {
  const { database, log } = context
  const lease = database.openLease(() => {})
  const runId = randomUUID()
  try {
    return await leasedRun({ ...context, log: log.child({ runId }) }, request, runId, lease)
  } finally {
    await lease.close()
  }
}

async function leasedRun(context: RunContext, request: RunRequest, runId: string, lease: Lease): Promise<RunReport> {
  const { clock, log } = context
  const { db } = context.database
  await lease.tryLock(runLock(runId))
  await interruptDeadRuns(db, clock())
  const symbols = request.tickers.map(({ symbol }) => symbol)
  const run = { id: runId, trigger: request.trigger, exchange: null, isQueued: false, tickers: symbols, now: clock() }
  await db.transaction((tx) => beginRun(tx, run))

  const cancelled = new AbortController()
  const signal = AbortSignal.any([request.signal, cancelled.signal])
  const progress = new RunProgress(
    (changed) => saveProgress(db, runId, changed, clock()),
    () => cancelled.abort(new Error('cancelled')),
    request.onProgress,
  )
  const tickers = await new TickerRuns(context, { ...request, signal }, runId, lease, progress, log)
    .all()
    .finally(() => progress.stop())
  const end = await db.transaction((tx) => recordEnd(tx, runId, tickers, clock(), request.signal.aborted))
  log.info({ ...end, tickers: tickers.length }, 'run ended')
  return { status: end.status, changed: end.changed, tickers }
}

async function recordEnd(
  tx: Db,
  runId: string,
  reports: readonly TickerReport[],
  now: Date,
  interrupted: boolean,
): Promise<RunEnd> {
  for (const { ticker, error, refused: _, served: __, ...facts } of reports) {
    const message = error === null ? {} : { message: error }
    const progress: TickerProgress = { stage: error === null ? 'done' : 'failed', done: 0, total: 0, ...message }
    await finishTicker(tx, runId, ticker, { progress, facts }, now)
  }
  const end = await endRun(tx, runId, now, interrupted)
  if (!end) throw new Error(`run ${runId} was ended by somebody else`)
  return end
}
