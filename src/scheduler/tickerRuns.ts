import { setTimeout as delay } from 'node:timers/promises'
import pLimit from 'p-limit'
import { type Lease, tickerLock } from '../db/lease.js'
import { UserError } from '../domain/errors.js'
import { NOTHING_DONE, type TickerFacts, type TickerProgress } from '../domain/run.js'
import type { Ticker } from '../domain/ticker.js'
import type { RefusedRow } from '../ingest/provider.js'
import type { Logger } from '../log.js'
import { oneLine } from './failure.js'
import { checkMarkets } from './jobs/checkMarkets.js'
import { jobsAtOnce } from './jobsAtOnce.js'
import type { RunContext, RunRequest } from './runOnce.js'
import type { RunProgress } from './runProgress.js'
import { firstStage, performStage, type StageKind } from './stages.js'

/** What a run did for one ticker. */
export interface TickerReport extends TickerFacts {
  readonly ticker: string
  readonly refused: readonly RefusedRow[]
  /** Provider that delivered; null when none did or none was asked. */
  readonly served: string | null
  /** One line when it failed. */
  readonly error: string | null
}

/** Waiting for servers takes no core. */
const INGESTS_AT_ONCE = 8
/** How often a ticker that another process works on is asked for again. */
const ASK_AGAIN_MS = 200

/** All stages of a run in this process, ticker by ticker. A ticker that fails is reported and stops no other. */
export class TickerRuns {
  readonly #reports = new Map<string, TickerReport>()
  readonly #backtests = new Set<string>()
  /** Where each ticker goes on once all bars are in. */
  readonly #next = new Map<string, StageKind>()

  constructor(
    private readonly context: RunContext,
    private readonly request: RunRequest,
    private readonly runId: string,
    private readonly lease: Lease,
    private readonly progress: RunProgress,
    private readonly log: Logger,
  ) {}

  /**
   * First the bars of every ticker, for tickers may look at one another; then a forecast for each, then the backtests, as
   * many at once as there are workers.
   */
  async all(): Promise<TickerReport[]> {
    const { tickers, stages = 'all' } = this.request
    const { concurrency, database } = this.context
    const ingestLimit = pLimit(Math.max(concurrency, INGESTS_AT_ONCE))
    const limit = stages === 'ingest' ? ingestLimit : pLimit(await jobsAtOnce(this.context))
    const first = firstStage(stages)
    const stage = (ticker: Ticker, kind: StageKind) =>
      this.#guarded(ticker.symbol, () => this.#chain(ticker, kind, kind === 'ingest' ? 1 : undefined))
    await (first === 'ingest' ? ingestLimit : limit).map(tickers, (ticker) => stage(ticker, first))
    const waiting = tickers.filter(({ symbol }) => this.#next.has(symbol))
    await limit.map(waiting, (ticker) => stage(ticker, this.#next.get(ticker.symbol)!))
    if (stages === 'all' || stages === 'ingest') await checkMarkets(database.db, tickers, this.log)
    const fresh = tickers.filter(({ symbol }) => this.#backtests.has(symbol))
    await limit.map(fresh, (ticker) => this.#guarded(ticker.symbol, () => this.#chain(ticker, 'backtest')))
    return tickers.map(({ symbol }) => this.#report(symbol))
  }

  /** Stage after stage up to the forecast, `most` of them at most; a backtest is noted for later. */
  async #chain(ticker: Ticker, first: StageKind, most = Number.POSITIVE_INFINITY): Promise<void> {
    const { symbol } = ticker
    this.#next.delete(symbol)
    let message = ''
    let done = 0
    for (let kind: StageKind | null = first; kind; done++) {
      if (done === most) {
        this.#next.set(symbol, kind)
        return this.progress.set(symbol, { ...AT_END, stage: 'waiting' })
      }
      const result = await performStage(this.context, kind, {
        ...{ ticker, runId: this.runId, log: this.log, signal: this.request.signal },
        stages: this.request.stages ?? 'all',
        facts: this.#report(symbol),
        onProgress: (progress) => this.progress.set(symbol, progress),
      })
      const { refused, served, facts } = result
      this.#note(symbol, { ...facts, ...(refused && { refused }), ...(served && { served }) })
      message = result.message
      if (result.next === 'backtest') this.#backtests.add(symbol)
      kind = result.next === 'backtest' ? null : result.next
    }
    this.progress.set(symbol, { ...AT_END, stage: 'done', message })
  }

  async #guarded(symbol: string, work: () => Promise<void>): Promise<void> {
    const { signal } = this.request
    try {
      await this.#lock(symbol)
      try {
        await work()
      } finally {
        await this.lease.unlock(tickerLock(symbol))
      }
    } catch (error) {
      this.#backtests.delete(symbol)
      const line = signal.aborted ? `${symbol}: stopped before it was done` : oneLine(symbol, error)
      this.#note(symbol, { error: line })
      this.progress.set(symbol, { ...AT_END, stage: 'failed', message: line })
      if (signal.aborted) this.log.info({ ticker: symbol }, 'ticker stopped')
      else if (error instanceof UserError) this.log.error({ ticker: symbol, reason: line }, 'ticker failed')
      else this.log.error({ ticker: symbol, err: error }, 'ticker failed')
    }
  }

  /** Waits while another process works on the ticker. */
  async #lock(symbol: string): Promise<void> {
    const { signal, onWait } = this.request
    signal.throwIfAborted()
    for (let first = true; !(await this.lease.tryLock(tickerLock(symbol))); first = false) {
      if (first) onWait?.(symbol)
      await delay(ASK_AGAIN_MS, undefined, { signal })
    }
  }

  #report(symbol: string): TickerReport {
    return this.#reports.get(symbol) ?? { ticker: symbol, ...NOTHING_DONE, refused: [], served: null, error: null }
  }

  #note(symbol: string, news: Partial<TickerReport>): void {
    this.#reports.set(symbol, { ...this.#report(symbol), ...news })
  }
}

const AT_END: Omit<TickerProgress, 'stage'> = { done: 0, total: 0 }
