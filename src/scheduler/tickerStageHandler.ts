import type { Db } from '../db/database.js'
import { endRun, finishTicker, type RunEnd, saveProgress } from '../db/runs.js'
import { askNoMore } from '../db/tickerDues.js'
import { pausedTickers } from '../db/tickerPauses.js'
import { findTicker } from '../db/tickers.js'
import { UserError } from '../domain/errors.js'
import type { Job } from '../domain/job.js'
import type { TickerFacts, TickerProgress } from '../domain/run.js'
import { AlertOutbox } from './alerts/alertOutbox.js'
import { runFailed } from './alerts/incidents.js'
import { isPermanent, oneLine } from './failure.js'
import type { JobHandler, JobResult } from './jobHandler.js'
import { checkMarkets } from './jobs/checkMarkets.js'
import type { RunContext } from './runOnce.js'
import { RunProgress } from './runProgress.js'
import { performStage, type StageKind, type StageResult } from './stages.js'

const AT_END = { done: 0, total: 0 }

/** Does one stage of a queued run for one ticker, and enqueues the next with the completion of this one. */
export class TickerStageHandler implements JobHandler<StageKind> {
  constructor(
    private readonly context: RunContext,
    private readonly kind: StageKind,
  ) {}

  tickerOf = ({ data }: Job<StageKind>): string => data.ticker

  async perform(job: Job<StageKind>, signal: AbortSignal): Promise<JobResult> {
    const { database, clock, log } = this.context
    const { runId, ticker: symbol, stages, facts } = job.data
    const ticker = await findTicker(database.db, symbol)
    if (!ticker?.active) return this.#end(job, { facts, next: null, message: 'removed meanwhile' })
    if ((await pausedTickers(database.db)).has(symbol)) return this.#end(job, { facts, next: null, message: 'paused' })

    const cancelled = new AbortController()
    const progress = new RunProgress(
      (changed) => saveProgress(database.db, runId, changed, clock()),
      () => cancelled.abort(new UserError(`${symbol}: cancelled`)),
    )
    try {
      const result = await performStage(this.context, this.kind, {
        ...{ ticker, runId, stages, facts },
        signal: AbortSignal.any([signal, cancelled.signal]),
        log: log.child({ runId, jobId: job.id }),
        onProgress: (now) => progress.set(symbol, now),
      })
      return this.#end(job, result)
    } finally {
      await progress.stop()
    }
  }

  async failed(tx: Db, { data }: Job<StageKind>, error: unknown): Promise<void> {
    const { runId, ticker, facts } = data
    await this.#finish(tx, data, { stage: 'failed', ...AT_END, message: oneLine(ticker, error) }, facts)
    if (isPermanent(error)) await askNoMore(tx, ticker)
    this.context.log.error({ runId, ticker, reason: oneLine(ticker, error) }, 'ticker failed')
  }

  async postponed({ data }: Job<StageKind>, error: unknown): Promise<void> {
    const { database, clock } = this.context
    const message = `waits for another attempt: ${oneLine(data.ticker, error)}`
    await saveProgress(database.db, data.runId, { [data.ticker]: { stage: 'waiting', ...AT_END, message } }, clock())
  }

  #end({ data }: Job<StageKind>, { facts, next, message }: StageResult): JobResult {
    const { database, clock, log } = this.context
    const { runId, ticker } = data
    const progress: TickerProgress = { stage: 'done', ...AT_END, message }
    let end: RunEnd | undefined
    return {
      commit: async (tx) => {
        if (next === null) end = await this.#finish(tx, data, progress, facts)
        else {
          await database.queue.send(tx, [{ kind: next, data: { ...data, facts } }])
          const isForecast = this.kind === 'forecast' || next === 'backtest'
          if (isForecast) await saveProgress(tx, runId, { [ticker]: progress }, clock())
        }
      },
      afterwards: async () => {
        if (!end) return
        log.info({ runId, ...end }, 'run ended')
        await checkMarkets(database.db, await this.#tickersLike(ticker), log)
      },
    }
  }

  async #finish(
    tx: Db,
    { runId, ticker }: Job<StageKind>['data'],
    progress: TickerProgress,
    facts: TickerFacts,
  ): Promise<RunEnd | undefined> {
    const { database, clock, config } = this.context
    await finishTicker(tx, runId, ticker, { progress, facts }, clock())
    const end = await endRun(tx, runId, clock())
    if (end?.status === 'failed')
      await new AlertOutbox(database.queue, config).incident(tx, runFailed(runId, null, end.error), clock())
    if (end && config.alarm.pingUrl) {
      const event = end.status === 'done' ? 'success' : 'fail'
      await database.queue.send(tx, [{ kind: 'deliver', data: { runId, event, message: end.error ?? '' } }])
    }
    return end
  }

  /** A run is one of a single exchange, so one of its tickers stands for all. */
  async #tickersLike(symbol: string) {
    const ticker = await findTicker(this.context.database.db, symbol)
    return ticker ? [ticker] : []
  }
}
