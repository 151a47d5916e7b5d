import type { Db } from '../db/database.js'
import { explanationOf } from '../db/explanations.js'
import { latestRunOf } from '../db/latestRun.js'
import type { ShownForecast } from '../db/overview.js'
import { type PitHistogram, pitHistogram } from '../db/pitHistogram.js'
import { type ScoreSeries, scoreSeries } from '../db/rollingScores.js'
import type { RunRow } from '../db/runs.js'
import { latestScores, latestVerdict, type ScoreRow } from '../db/scores.js'
import { type TickerAlert, tickerAlerts } from '../db/tickerAlerts.js'
import {
  type DisplayBar,
  displayBars,
  type NextForecast,
  nextForecasts,
  type PastForecast,
  pastForecasts,
} from '../db/tickerHistory.js'
import type { ListedTicker } from '../db/tickerPage.js'
import { type TickerQuality, tickerQuality } from '../db/tickerQuality.js'
import { type Ancestor, lineageOf, type ModelCard, modelCards } from '../db/tickerRecord.js'
import { type TickerStanding, tickerStanding } from '../db/tickerStanding.js'
import { shownSearch } from '../db/tuning.js'
import type { Explanation } from '../domain/explanation.js'
import { SCORE_WINDOWS, type ScoreWindow, type Verdict } from '../domain/score.js'
import type { ShownSearch } from '../domain/tuning.js'
import { earliest } from './cache/shows.js'
import { baselinesOf, chosenBaselines, wantedBaselines } from './chosenBaselines.js'
import { type Freshness, freshnessOf, isUnderWay, silentFrom, turnsAt } from './freshness.js'
import type { TickerQuery } from './query.js'
import { MODEL } from './routes.js'

/** Rows of a long table that stand on the ticker's page; it has a page of its own for all. */
export const FIRST_ROWS = 20
/** Bars read: of the table, and under the strips of the explanation. */
const BARS_SHOWN = 66
const MODELS_SHOWN = 8
const ALERTS_SHOWN = 10
const LINEAGE_SHOWN = 12
const LONGEST_WINDOW = Math.max(...SCORE_WINDOWS) as ScoreWindow

/** The part of a ticker's page that speaks about the next session, and asks for itself again. */
export interface NextView {
  readonly ticker: ListedTicker
  readonly forecast: NextForecast | undefined
  readonly baselines: readonly ShownForecast[]
  readonly freshness: Freshness
  /** The last one that has begun with it, with its part. */
  readonly run: RunRow | undefined
  readonly now: Date
  /** When it looks different by the clock alone. */
  readonly until: Date | undefined
}

/** All that a ticker's page shows. */
export interface TickerView extends NextView {
  readonly query: TickerQuery
  /** The newest, oldest first: more than `FIRST_ROWS` where there are more. */
  readonly bars: readonly DisplayBar[]
  readonly past: readonly PastForecast[]
  /** Newest figures over the chosen window. */
  readonly scores: readonly ScoreRow[]
  readonly verdict: Verdict | undefined
  /** How the chosen figure moved lately, of the model and the chosen baselines. */
  readonly series: readonly ScoreSeries[]
  /** Where the last outcomes fell among the quantiles of their forecasts. */
  readonly pit: PitHistogram
  readonly alerts: readonly TickerAlert[]
  /** Whether it may be paused and resumed from this page. */
  readonly mayRun: boolean
  /** What shaped the newest forecast; undefined where that was not recorded. */
  readonly explanation: Explanation | undefined
  /** The newest search for training settings that looked at it; undefined where none did. */
  readonly search: ShownSearch | undefined
  readonly models: readonly ModelCard[]
  /** How the model that speaks now came to be, itself first. */
  readonly lineage: readonly Ancestor[]
  readonly standing: TickerStanding
  readonly quality: TickerQuality
}

/** Reads what is said about the next session of `ticker`. */
export async function nextView(db: Db, ticker: ListedTicker, now: Date): Promise<NextView> {
  const { symbol } = ticker
  const [all, run] = await Promise.all([nextForecasts(db, symbol, MODEL), latestRunOf(db, symbol)])
  const forecast = all.find(({ forecaster }) => forecaster === MODEL)
  const freshness = freshnessOf({ ...ticker, forecast: forecast ?? null }, run, now)
  const until = earliest([
    turnsAt({ ...ticker, forecast: forecast ?? null }, now),
    isUnderWay(run, symbol) ? silentFrom(run) : undefined,
  ])
  return { ticker, forecast, baselines: all.filter((other) => other !== forecast), freshness, run, now, until }
}

/** Reads everything about `ticker`. */
export async function tickerView(
  db: Db,
  ticker: ListedTicker,
  query: TickerQuery,
  now: Date,
  mayRun: boolean,
): Promise<TickerView> {
  const { symbol } = ticker
  const more = { newest: FIRST_ROWS + 1 }
  const [next, bars, past, verdict, models, quality, pit, alerts, standing, search] = await Promise.all([
    nextView(db, ticker, now),
    displayBars(db, symbol, { newest: BARS_SHOWN }),
    pastForecasts(db, symbol, MODEL, more),
    latestVerdict(db, symbol, MODEL),
    modelCards(db, symbol, MODELS_SHOWN),
    tickerQuality(db, symbol),
    pitHistogram(db, symbol, MODEL, LONGEST_WINDOW),
    tickerAlerts(db, symbol, ALERTS_SHOWN),
    tickerStanding(db, symbol),
    shownSearch(db, { ticker: symbol }),
  ])
  const { forecast } = next
  const speaking = models.find(({ id }) => id === forecast?.model) ?? models[0]
  const [scores, series, explanation, lineage] = await Promise.all([
    forecast ? latestScores(db, symbol, forecast.asOf, [query.window]) : [],
    scoreSeries(db, symbol, query.window, query.figure, [MODEL, ...wantedBaselines(query, verdict)], more),
    forecast && explanationOf(db, { ...forecast, ticker: symbol }),
    speaking ? lineageOf(db, speaking.id, LINEAGE_SHOWN) : [],
  ])
  const drawn = [MODEL, ...chosenBaselines(query, verdict, baselinesOf(scores))]
  return {
    ...next,
    query,
    bars,
    past,
    scores,
    verdict,
    series: scores.length > 0 ? series.filter(({ forecaster }) => drawn.includes(forecaster)) : [],
    pit,
    alerts,
    mayRun,
    explanation,
    search,
    models,
    lineage,
    standing,
    quality,
  }
}
