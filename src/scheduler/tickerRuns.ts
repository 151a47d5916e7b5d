import pLimit from 'p-limit'
import { barsOf } from '../db/bars.js'
import { hasBacktest } from '../db/forecasts.js'
import { UserError } from '../domain/errors.js'
import type { Ticker } from '../domain/ticker.js'
import type { RefusedRow } from '../ingest/provider.js'
import type { Logger } from '../log.js'
import { defaultTrainingOptions } from '../model/defaults.js'
import type { EpochProgress } from '../model/forecaster.js'
import { backtestTicker } from './jobs/backtestTicker.js'
import { checkMarkets } from './jobs/checkMarkets.js'
import { MODEL_FORECASTER } from './jobs/fitModel.js'
import { forecastTicker, isForecast } from './jobs/forecastTicker.js'
import { ingestTicker } from './jobs/ingestTicker.js'
import type { JobContext } from './jobs/jobContext.js'
import { settleTicker } from './jobs/settleTicker.js'
import { type TickerData, tickerData } from './jobs/tickerData.js'
import { trainTicker } from './jobs/trainTicker.js'
import type { RunContext, RunRequest } from './runOnce.js'
import type { RunProgress } from './runProgress.js'

/** What a run did for one ticker. */
export interface TickerReport {
  readonly ticker: string
  /** Last session of its bars; null when it failed before they were known. */
  readonly asOf: string | null
  readonly inserted: number
  readonly corrected: number
  readonly settled: number
  readonly trained: number
  readonly forecasts: number
  readonly refused: readonly RefusedRow[]
  /** Provider that delivered; null when none did or none was asked. */
  readonly served: string | null
  /** One line when it failed. */
  readonly error: string | null
}

const NOTHING_DONE = {
  asOf: null,
  inserted: 0,
  corrected: 0,
  settled: 0,
  trained: 0,
  forecasts: 0,
  refused: [],
  served: null,
  error: null,
}

/** Waiting for servers takes no core. */
const INGESTS_AT_ONCE = 8

/** The stages of a run, ticker by ticker. A ticker that fails is reported and stops no other. */
export class TickerRuns {
  readonly #reports = new Map<string, TickerReport>()

  constructor(
    private readonly context: RunContext,
    private readonly request: RunRequest,
    private readonly runId: string,
    private readonly progress: RunProgress,
    private readonly log: Logger,
  ) {}

  /** First a forecast for every ticker, then the backtests, as many at once as there are workers. */
  async all(): Promise<TickerReport[]> {
    for (const { symbol } of this.request.tickers) this.progress.set(symbol, 'waiting')
    const { tickers, stages = 'all' } = this.request
    const { concurrency } = this.context
    const limit = pLimit(stages === 'ingest' ? Math.max(concurrency, INGESTS_AT_ONCE) : concurrency)
    await limit.map(tickers, (ticker) => this.#guarded(ticker.symbol, () => this.#prepare(ticker)))
    if (stages === 'all' || stages === 'ingest') await checkMarkets(this.context.database.db, tickers, this.log)
    if (stages === 'all')
      await limit.map(tickers, async ({ symbol }) => {
        if (this.#report(symbol).error === null) await this.#guarded(symbol, () => this.#backtest(symbol))
      })
    return this.request.tickers.map(({ symbol }) => this.#report(symbol))
  }

  /** Everything up to the forecast of the next session. */
  async #prepare(ticker: Ticker): Promise<void> {
    const { symbol } = ticker
    const { stages = 'all' } = this.request
    const { db } = this.context.database
    if (stages === 'all' || stages === 'ingest') await this.#ingest(ticker)
    this.progress.set(symbol, 'settle')
    this.#note(symbol, { settled: await settleTicker(db, symbol, this.context.clock()) })
    if (stages !== 'ingest') await this.#trainAndForecast(await this.#stored(symbol), stages)
    const { forecasts } = this.#report(symbol)
    this.progress.set(symbol, 'done', { message: forecasts > 0 ? 'forecast made' : 'up to date' })
  }

  async #stored(symbol: string): Promise<TickerData> {
    const bars = await barsOf(this.context.database.db, symbol)
    if (bars.length === 0)
      throw new UserError(`${symbol}: no bars are stored yet: run mambacast ingest --ticker ${symbol}`)
    this.#note(symbol, { asOf: bars.at(-1)!.session })
    return tickerData(symbol, bars)
  }

  async #ingest(ticker: Ticker): Promise<void> {
    const { database, config, clock, providers } = this.context
    this.progress.set(ticker.symbol, 'ingest')
    const { maxRefusedPct } = config.forecast
    const { signal } = this.request
    const options = { now: clock(), maxRefusedPct, signal, providers, log: this.log }
    const { refused, rebased, unfinished, ...done } = await ingestTicker(database.db, ticker, options)
    const { asOf, inserted, corrected, served } = done
    this.#note(ticker.symbol, { asOf, inserted, corrected, refused, served })
    this.log.info({ ticker: ticker.symbol, ...done, refused: refused.length, unfinished }, 'bars ingested')
    if (rebased) this.log.warn({ ticker: ticker.symbol, ...rebased }, 'price history re-based')
  }

  async #trainAndForecast(data: TickerData, stages: 'all' | 'train' | 'forecast'): Promise<void> {
    const context = this.#jobContext()
    const onEpoch = (epoch: EpochProgress) => this.#epoch(data.ticker, 'train', epoch)
    const known = await isForecast(context, data)
    if (stages === 'train' || (stages === 'all' && !known)) {
      this.progress.set(data.ticker, 'train')
      if (await trainTicker(context, data, onEpoch, stages === 'train')) this.#note(data.ticker, { trained: 1 })
    }
    if (stages === 'train' || known) return
    this.progress.set(data.ticker, 'forecast')
    this.#note(data.ticker, { forecasts: await forecastTicker(context, data) })
  }

  async #backtest(symbol: string): Promise<void> {
    const { database, clock } = this.context
    if (await hasBacktest(database.db, symbol, MODEL_FORECASTER)) return
    const data = tickerData(symbol, await barsOf(database.db, symbol))
    const added = await backtestTicker(this.#jobContext(), data, (epoch) => this.#epoch(symbol, 'backtest', epoch))
    const settled = added > 0 ? await settleTicker(database.db, symbol, clock()) : 0
    const report = this.#report(symbol)
    this.#note(symbol, { forecasts: report.forecasts + added, settled: report.settled + settled })
    this.progress.set(symbol, 'done', { message: `forecast made, ${settled} past sessions scored by backtest` })
  }

  #jobContext(): JobContext {
    const { database, config, pool, codeVersion, clock } = this.context
    const options = withOverrides(defaultTrainingOptions, config.model.training)
    return {
      ...config.forecast,
      db: database.db,
      pool,
      options,
      codeVersion,
      clock,
      runId: this.runId,
      signal: this.request.signal,
    }
  }

  #epoch(symbol: string, stage: 'train' | 'backtest', { epoch, maxEpochs, validationLoss }: EpochProgress): void {
    this.progress.set(symbol, stage, { done: epoch, total: maxEpochs, loss: validationLoss })
  }

  async #guarded(symbol: string, work: () => Promise<void>): Promise<void> {
    const { signal } = this.request
    try {
      signal.throwIfAborted()
      await work()
    } catch (error) {
      const line = signal.aborted ? `${symbol}: stopped before it was done` : oneLine(symbol, error)
      this.#note(symbol, { error: line })
      this.progress.set(symbol, 'failed', { message: line })
      if (signal.aborted) this.log.info({ ticker: symbol }, 'ticker stopped')
      else if (error instanceof UserError) this.log.error({ ticker: symbol, reason: line }, 'ticker failed')
      else this.log.error({ ticker: symbol, err: error }, 'ticker failed')
    }
  }

  #report(symbol: string): TickerReport {
    return this.#reports.get(symbol) ?? { ticker: symbol, ...NOTHING_DONE }
  }

  #note(symbol: string, facts: Partial<TickerReport>): void {
    this.#reports.set(symbol, { ...this.#report(symbol), ...facts })
  }
}

/** `defaults` with every override that is set. */
function withOverrides<T extends object>(defaults: T, overrides: { [K in keyof T]?: T[K] | undefined }): T {
  return { ...defaults, ...Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)) }
}

function oneLine(symbol: string, error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).split('\n')[0]!
  return message.includes(symbol) ? message : `${symbol}: ${message}`
}
