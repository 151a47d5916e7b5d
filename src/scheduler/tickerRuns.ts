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

  constructor(
    private readonly context: RunContext,
    private readonly request: RunRequest,
    private readonly runId: string,
    private readonly lease: Lease,
    private readonly progress: RunProgress,
    private readonly log: Logger,
  ) {}

  /** First a forecast for every ticker, then the backtests, as many at once as there are workers. */
  async all(): Promise<TickerReport[]> {
    const { tickers, stages = 'all' } = this.request
    const { concurrency, database } = this.context
    const atOnce = stages === 'ingest' ? Math.max(concurrency, INGESTS_AT_ONCE) : await jobsAtOnce(this.context)
    const limit = pLimit(atOnce)
    await limit.map(tickers, (ticker) => this.#guarded(ticker.symbol, () => this.#chain(ticker, firstStage(stages))))
    if (stages === 'all' || stages === 'ingest') await checkMarkets(database.db, tickers, this.log)
    const fresh = tickers.filter(({ symbol }) => this.#backtests.has(symbol))
    await limit.map(fresh, (ticker) => this.#guarded(ticker.symbol, () => this.#chain(ticker, 'backtest')))
    return tickers.map(({ symbol }) => this.#report(symbol))
  }

  /** Stage after stage up to the forecast; a backtest is noted for later. */
  async #chain(ticker: Ticker, first: StageKind): Promise<void> {
    const { symbol } = ticker
    let message = ''
    for (let kind: StageKind | null = first; kind; ) {
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
