import { hasBacktest } from '../db/forecasts.js'
import { settingOf } from '../db/tuning.js'
import type { RunStages, TickerFacts, TickerProgress } from '../domain/run.js'
import type { Ticker } from '../domain/ticker.js'
import type { RefusedRow } from '../ingest/provider.js'
import type { Logger } from '../log.js'
import { AlertOutbox } from './alerts/alertOutbox.js'
import { backtestTicker } from './jobs/backtestTicker.js'
import { MODEL_FORECASTER } from './jobs/fitModel.js'
import { forecastTicker, isForecast } from './jobs/forecastTicker.js'
import { ingestTicker } from './jobs/ingestTicker.js'
import type { JobContext } from './jobs/jobContext.js'
import { refreshSeries } from './jobs/refreshSeries.js'
import { settleTicker } from './jobs/settleTicker.js'
import { storedInputs } from './jobs/storedData.js'
import { type TickerData, tickerData } from './jobs/tickerData.js'
import { trainTicker } from './jobs/trainTicker.js'
import type { RunContext } from './runOnce.js'
import { trainingOptions } from './trainingOptions.js'
import { trainingProgress } from './trainingProgress.js'

export type StageKind = 'ingest' | 'train' | 'forecast' | 'backtest'

/** One stage of a run for one ticker. */
export interface StageRequest {
  readonly ticker: Ticker
  readonly runId: string
  readonly stages: RunStages
  /** What earlier stages of the run did for the ticker. */
  readonly facts: TickerFacts
  readonly signal: AbortSignal
  readonly log: Logger
  readonly onProgress: (progress: TickerProgress) => void
}

export interface StageResult {
  /** Those of the request, with what this stage did added. */
  readonly facts: TickerFacts
  /** The stage that follows; null when the ticker is done. */
  readonly next: StageKind | null
  /** One line for a person. */
  readonly message: string
  readonly refused?: readonly RefusedRow[]
  /** Provider that delivered. */
  readonly served?: string
}

/** Where a run of these stages begins. */
export const firstStage = (stages: RunStages): StageKind =>
  stages === 'train' || stages === 'forecast' ? stages : 'ingest'

/**
 * Does one stage and says which follows: ingest (which settles past forecasts), train, forecast, and a backtest in a
 * ticker's first run. Each finds out from the data what is left to do, so that doing it again changes nothing.
 */
export function performStage(context: RunContext, kind: StageKind, request: StageRequest): Promise<StageResult> {
  request.signal.throwIfAborted()
  switch (kind) {
    case 'ingest':
      return ingest(context, request)
    case 'train':
      return train(context, request)
    case 'forecast':
      return forecast(context, request)
    case 'backtest':
      return backtest(context, request)
  }
}

async function ingest(context: RunContext, request: StageRequest): Promise<StageResult> {
  const { database, config, clock, providers } = context
  const { ticker, signal, log, onProgress, stages } = request
  onProgress(at('ingest'))
  const options = { now: clock(), maxRefusedPct: config.forecast.maxRefusedPct, signal, providers, log }
  const { refused, rebased, unfinished, ...done } = await ingestTicker(database.db, ticker, options)
  log.info({ ticker: ticker.symbol, ...done, refused: refused.length, unfinished }, 'bars ingested')
  if (rebased) log.warn({ ticker: ticker.symbol, ...rebased }, 'price history re-based')
  await refreshSeries(database.db, ticker.symbol, options, 'read')

  const { asOf, inserted, corrected, served } = done
  const facts = await settled(context, request, add(request.facts, { asOf, inserted, corrected }))
  const ended = { facts, message: 'up to date', refused, served }
  if (stages === 'ingest') return { ...ended, next: null }
  const known = await isForecast(database.db, await storedInputs(database.db, ticker))
  if (!known) return { ...ended, next: 'train' }
  return { ...ended, next: await backtestIfNew(context, ticker.symbol) }
}

async function train(context: RunContext, request: StageRequest): Promise<StageResult> {
  const { ticker, onProgress, stages, signal, log } = request
  const byHand = stages === 'train'
  const facts = byHand ? await settled(context, request, request.facts) : request.facts
  onProgress(at('train'))
  const { database, clock, providers } = context
  await refreshSeries(database.db, ticker.symbol, { now: clock(), providers, signal, log }, 'all')
  const data = await storedData(context, ticker)
  const trained = await trainTicker(
    await jobContext(context, request),
    data,
    trainingProgress('train', onProgress),
    byHand,
  )
  const { session: asOf } = data.bars.at(-1)!
  return {
    facts: add(facts, { asOf, trained: trained ? 1 : 0 }),
    next: byHand ? null : 'forecast',
    message: 'model trained',
  }
}

async function forecast(context: RunContext, request: StageRequest): Promise<StageResult> {
  const { ticker, onProgress, stages } = request
  const facts = stages === 'forecast' ? await settled(context, request, request.facts) : request.facts
  onProgress(at('forecast'))
  const data = await storedData(context, ticker)
  const forecasts = await forecastTicker(await jobContext(context, request), data)
  const next = stages === 'all' ? await backtestIfNew(context, ticker.symbol) : null
  const { session: asOf } = data.bars.at(-1)!
  return { facts: add(facts, { asOf, forecasts }), next, message: forecasts > 0 ? 'forecast made' : 'up to date' }
}

async function backtest(context: RunContext, request: StageRequest): Promise<StageResult> {
  const { ticker, facts, onProgress } = request
  onProgress(at('backtest'))
  const data = await storedData(context, ticker)
  const forecasts = await backtestTicker(
    await jobContext(context, request),
    data,
    trainingProgress('backtest', onProgress),
  )
  const settledNow = await settle(context, ticker.symbol)
  const message = `forecast made, ${settledNow} past sessions scored by backtest`
  return { facts: add(facts, { forecasts, settled: settledNow }), next: null, message }
}

const settle = (context: RunContext, symbol: string): Promise<number> => {
  const { database, clock, config } = context
  return settleTicker(database.db, symbol, clock(), alertOutbox(context), config.lifecycle.marginPct)
}

async function settled(context: RunContext, { ticker, onProgress }: StageRequest, facts: TickerFacts) {
  onProgress(at('settle'))
  return add(facts, {
    settled: await settle(context, ticker.symbol),
  })
}

async function backtestIfNew({ database, config }: RunContext, symbol: string): Promise<'backtest' | null> {
  if (config.forecast.backtestSessions === 0) return null
  return (await hasBacktest(database.db, symbol, MODEL_FORECASTER)) ? null : 'backtest'
}

const storedData = async ({ database }: RunContext, ticker: Ticker): Promise<TickerData> =>
  tickerData(await storedInputs(database.db, ticker))

async function jobContext(context: RunContext, { ticker, runId, signal, log }: StageRequest): Promise<JobContext> {
  const { database, config, pool, codeVersion, clock } = context
  const tuned = await settingOf(database.db, ticker.symbol)
  return {
    ...config.forecast,
    ...config.lifecycle,
    db: database.db,
    pool,
    alerts: alertOutbox(context),
    options: trainingOptions(config, tuned?.setting),
    setting: tuned?.name ?? null,
    scope: config.model.scope,
    codeVersion,
    checkpointSeconds: config.worker.checkpointSeconds,
    clock,
    log,
    runId,
    signal,
  }
}

const alertOutbox = ({ database, config }: RunContext) => new AlertOutbox(database.queue, config)

const at = (stage: TickerProgress['stage']): TickerProgress => ({ stage, done: 0, total: 0 })

/** Counts are added up; `asOf` is replaced. */
function add(facts: TickerFacts, more: Partial<TickerFacts>): TickerFacts {
  return {
    asOf: more.asOf ?? facts.asOf,
    inserted: facts.inserted + (more.inserted ?? 0),
    corrected: facts.corrected + (more.corrected ?? 0),
    settled: facts.settled + (more.settled ?? 0),
    trained: facts.trained + (more.trained ?? 0),
    forecasts: facts.forecasts + (more.forecasts ?? 0),
  }
}
