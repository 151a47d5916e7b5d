import { type ChampionRow, championOf } from '../db/champions.js'
import type { Db } from '../db/database.js'
import { driftStateOf } from '../db/driftStates.js'
import { explanationOf } from '../db/explanations.js'
import { forecastCalibration } from '../db/forecastCalibration.js'
import { latestRunOf } from '../db/latestRun.js'
import type { ShownForecast } from '../db/overview.js'
import { type PitHistogram, pitHistogram } from '../db/pitHistogram.js'
import { type FindingRow, findingsOf } from '../db/quality.js'
import { type ScoreSeries, scoreSeries } from '../db/rollingScores.js'
import type { RunRow } from '../db/runs.js'
import { latestScores, latestVerdict, type ScoreRow } from '../db/scores.js'
import { type SourceState, sourceStatesOf } from '../db/sourceStates.js'
import { type TickerAlert, tickerAlerts } from '../db/tickerAlerts.js'
import { displayBars, nextForecasts, type PastForecast, pastForecasts } from '../db/tickerHistory.js'
import { isPaused } from '../db/tickerPauses.js'
import {
  type Ancestor,
  lineageOf,
  type ModelCard,
  modelCards,
  type QualityRecord,
  qualityRecord,
} from '../db/tickerRecord.js'
import { openTrials, type TrialRow } from '../db/trials.js'
import { shownSearch } from '../db/tuning.js'
import type { Calibration } from '../domain/calibration.js'
import type { Explanation } from '../domain/explanation.js'
import type { Drift } from '../domain/lifecycle.js'
import { SCORE_WINDOWS, type ScoreWindow, type Verdict } from '../domain/score.js'
import type { Ticker } from '../domain/ticker.js'
import type { ShownSearch } from '../domain/tuning.js'
import { type HistoryView, historyView } from './api/historyView.js'
import { earliest } from './cache/shows.js'
import { baselinesOf, chosenBaselines } from './chosenBaselines.js'
import { type Freshness, freshnessOf, isUnderWay, silentFrom, turnsAt } from './freshness.js'
import { RANGES, type TickerQuery } from './query.js'
import { MODEL } from './routes.js'

const MODELS_SHOWN = 8
const ALERTS_SHOWN = 10
const LINEAGE_SHOWN = 12
const LONGEST_WINDOW = Math.max(...SCORE_WINDOWS) as ScoreWindow

/** The part of a ticker's page that speaks about the next session, and asks for itself again. */
export interface NextView {
  readonly ticker: Ticker
  readonly forecast: ShownForecast | undefined
  readonly baselines: readonly ShownForecast[]
  readonly freshness: Freshness
  /** The last one that it had a part in, with that part. */
  readonly run: RunRow | undefined
  readonly now: Date
  /** When it looks different by the clock alone. */
  readonly until: Date | undefined
}

/** Who serves the ticker, who wants to, and whether the forecasts still fit. */
export interface Standing {
  readonly champion: ChampionRow | undefined
  readonly trials: readonly TrialRow[]
  readonly drift: Drift | undefined
}

/** All that a ticker's page shows. */
export interface TickerView extends NextView {
  readonly query: TickerQuery
  readonly lastBar: { readonly session: string; readonly close: number } | undefined
  readonly history: HistoryView
  /** Oldest first. */
  readonly past: readonly PastForecast[]
  readonly scores: readonly ScoreRow[]
  readonly verdict: Verdict | undefined
  /** How the chosen figure moved, of the model and the chosen baselines. */
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
  readonly standing: Standing
  /** That of the newest forecast. */
  readonly calibration: Calibration | undefined
  readonly quality: QualityRecord | undefined
  /** What stands out in its bars, oldest first. */
  readonly findings: readonly FindingRow[]
  /** Who has served its bars. */
  readonly sources: readonly SourceState[]
}

/** Reads what is said about the next session of `ticker`. */
export async function nextView(db: Db, ticker: Ticker, now: Date): Promise<NextView> {
  const { symbol } = ticker
  const [all, run, isOff] = await Promise.all([
    nextForecasts(db, symbol, MODEL),
    latestRunOf(db, symbol),
    isPaused(db, symbol),
  ])
  const forecast = all.find(({ forecaster }) => forecaster === MODEL)
  const freshness = freshnessOf({ ...ticker, forecast: forecast ?? null, isPaused: isOff }, run, now)
  const until = earliest([
    turnsAt({ ...ticker, forecast: forecast ?? null }, now),
    isUnderWay(run, symbol) ? silentFrom(run) : undefined,
  ])
  return { ticker, forecast, baselines: all.filter((other) => other !== forecast), freshness, run, now, until }
}

async function standingOf(db: Db, symbol: string): Promise<Standing> {
  const [champion, trials, drift] = await Promise.all([
    championOf(db, symbol),
    openTrials(db, symbol),
    driftStateOf(db, symbol),
  ])
  return { champion, trials, drift }
}

/** Reads everything about `ticker`. */
export async function tickerView(
  db: Db,
  ticker: Ticker,
  query: TickerQuery,
  now: Date,
  mayRun: boolean,
): Promise<TickerView> {
  const { symbol } = ticker
  const [next, bars, verdict, models, quality, findings, sources, pit, alerts, standing] = await Promise.all([
    nextView(db, ticker, now),
    displayBars(db, symbol, RANGES[query.range]),
    latestVerdict(db, symbol, MODEL),
    modelCards(db, symbol, MODELS_SHOWN),
    qualityRecord(db, symbol),
    findingsOf(db, symbol),
    sourceStatesOf(db, symbol),
    pitHistogram(db, symbol, MODEL, LONGEST_WINDOW),
    tickerAlerts(db, symbol, ALERTS_SHOWN),
    standingOf(db, symbol),
  ])
  const speaking = models.find(({ id }) => id === next.forecast?.model) ?? models[0]
  const [past, scores, explanation, lineage, search, calibration] = await Promise.all([
    pastForecasts(db, symbol, MODEL, bars[0]?.session ?? '0001-01-01'),
    next.forecast ? latestScores(db, symbol, next.forecast.asOf) : [],
    next.forecast && explanationOf(db, { ...next.forecast, ticker: symbol }),
    speaking ? lineageOf(db, speaking.id, LINEAGE_SHOWN) : [],
    shownSearch(db, { ticker: symbol }),
    next.forecast && forecastCalibration(db, symbol, next.forecast),
  ])
  const chosen = [MODEL, ...chosenBaselines(query, verdict, baselinesOf(scores))]
  const series = scores.length > 0 ? await scoreSeries(db, symbol, query.window, query.figure, chosen) : []
  const all = next.forecast ? [next.forecast, ...next.baselines] : []
  return {
    ...next,
    query,
    lastBar: bars.at(-1),
    history: historyView(bars, past, all),
    past,
    scores,
    verdict,
    series,
    pit,
    alerts,
    mayRun,
    explanation,
    search,
    models,
    lineage,
    standing,
    calibration,
    quality,
    findings,
    sources: [...sources.values()],
  }
}
