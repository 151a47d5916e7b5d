import type { Db } from '../db/database.js'
import { explanationOf } from '../db/explanations.js'
import { forecastsAsOf } from '../db/forecasts.js'
import { latestScores, latestVerdict, type ScoreRow } from '../db/scores.js'
import { type ModelCard, modelCard } from '../db/tickerRecord.js'
import type { Explanation } from '../domain/explanation.js'
import { type Forecast, QUANTILE_LEVELS } from '../domain/forecast.js'
import type { Verdict } from '../domain/score.js'
import { MODEL_FORECASTER } from '../scheduler/jobs/fitModel.js'

/** A ticker's newest forecasts, the model's first, with what is known of their quality. */
export interface ForecastView {
  readonly ticker: string
  readonly forecasts: readonly Forecast[]
  /** Rolling figures over the longest window that is filled so far, one row a forecaster. */
  readonly scores: readonly ScoreRow[]
  readonly verdict: Verdict | undefined
  /** What shaped the model's forecast; undefined where that was not recorded. */
  readonly explanation: Explanation | undefined
  /** The model that forecast. */
  readonly model: ModelCard | undefined
  readonly dashboard: string
}

/** Reads the view of one ticker; its forecasts are empty when there is none as of `asOf`. */
export async function forecastView(db: Db, ticker: string, asOf: string, dashboard: string): Promise<ForecastView> {
  const all = await forecastsAsOf(db, ticker, asOf)
  const order = (f: Forecast) => (f.forecaster === MODEL_FORECASTER ? 0 : 1)
  const everyWindow = await latestScores(db, ticker, asOf)
  const longest = Math.max(...everyWindow.map(({ window }) => window))
  const own = all.find(({ forecaster }) => forecaster === MODEL_FORECASTER)
  return {
    ticker,
    explanation: own && (await explanationOf(db, own)),
    model: own && (await modelCard(db, own.model)),
    forecasts: all.sort((a, b) => order(a) - order(b)),
    scores: everyWindow.filter(({ window }) => window === longest),
    verdict: await latestVerdict(db, ticker, MODEL_FORECASTER),
    dashboard: `${dashboard}/tickers/${encodeURIComponent(ticker)}`,
  }
}

/** [lower, upper] in percent of the central interval with that coverage in percent. */
const interval = ({ quantiles }: Forecast, coverage: 80 | 95): [number, number] =>
  coverage === 80 ? [quantiles[2]!, quantiles[6]!] : [quantiles[0]!, quantiles[8]!]

/** The view as JSON: names as in the database and the API. @param explain With what shaped the forecast. */
export function forecastJson(view: ForecastView, explain: boolean): object {
  const { ticker, forecasts, scores, verdict, explanation, model, dashboard } = view
  const figures = Object.fromEntries(
    scores.map((row) => [row.forecaster, { window: row.window, as_of: row.asOf, ...row.figures }]),
  )
  const one = (f: Forecast) => ({
    model: f.model,
    mean: f.mean,
    quantiles: Object.fromEntries(QUANTILE_LEVELS.map((level, i) => [level, f.quantiles[i]])),
    interval_80: interval(f, 80),
    interval_95: interval(f, 95),
    p_up: f.pUp,
    p_large_move: f.pLargeMove,
    expected_move: f.expectedMove,
    expected_shortfall: { lower_5: f.shortfallLower, upper_5: f.shortfallUpper },
    figures: figures[f.forecaster] ?? null,
  })
  const [own, ...baselines] = forecasts
  return {
    ticker,
    ...(own && {
      as_of: own.asOf,
      target: own.target,
      last_close: own.lastClose,
      data_hash: own.dataHash,
      move_threshold_pct: own.moveThresholdPct,
      ...one(own),
      model_reason: model?.reason ?? null,
      calibration: own.calibration && { ...own.calibration, raw_quantiles: own.rawQuantiles },
      baselines: Object.fromEntries(baselines.map((f) => [f.forecaster, one(f)])),
    }),
    verdict: verdict ?? null,
    ...(explain && { explanation: explanation ?? null }),
    dashboard,
  }
}

/** A value that rounds to nothing has no sign. */
function signed(value: number, digits = 2): string {
  const size = Math.abs(value).toFixed(digits)
  return `${Number(size) === 0 ? '' : value < 0 ? '−' : '+'}${size}`
}
const range = ([lower, upper]: [number, number]) => `${signed(lower)} … ${signed(upper)} %`

/** The view as lines for a terminal. */
export function forecastText({ ticker, forecasts, scores, verdict, model, dashboard }: ForecastView): string {
  const [own] = forecasts
  if (!own) return `${ticker}: no forecast as of the last session`
  const figures = new Map(scores.map((row) => [row.forecaster, row.figures]))
  const window = scores[0]?.window
  const header = [
    '',
    'mean',
    '80 % interval',
    '95 % interval',
    'P(up)',
    `P(|move| > ${own.moveThresholdPct} %)`,
    'pinball',
    'cover 80/95 %',
  ]
  const rows = forecasts.map((f) => {
    const known = figures.get(f.forecaster)
    return [
      f.forecaster,
      `${signed(f.mean)} %`,
      range(interval(f, 80)),
      range(interval(f, 95)),
      f.pUp.toFixed(2),
      f.pLargeMove.toFixed(2),
      known ? known.pinball.toFixed(4) : '–',
      known ? `${(100 * known.coverage_80).toFixed(0)}/${(100 * known.coverage_95).toFixed(0)}` : '–',
    ]
  })
  return [
    `${ticker}  forecast for ${own.target}, made as of ${own.asOf} (close ${own.lastClose})`,
    '',
    ...table([header, ...rows]),
    '',
    window
      ? `  pinball and coverage: over the last ${window} settled sessions; the lower the pinball loss the better`
      : '  no forecast has been settled yet',
    ...tailLines(own),
    ...modelLines(own, model),
    `  ${verdict?.sentence ?? 'No demonstrated skill: no forecast has been settled yet.'}`,
    `  dashboard: ${dashboard} (while mambacast serve runs)`,
  ].join('\n')
}

/** What the distribution says of its size and its tails. */
function tailLines({ expectedMove, shortfallLower, shortfallUpper }: Forecast): string[] {
  if (expectedMove === null || shortfallLower === null || shortfallUpper === null) return []
  return [
    `  expected move ${expectedMove.toFixed(2)} %; mean of the worst 5 % of returns ${signed(shortfallLower)} %, of the best 5 % ${signed(shortfallUpper)} %`,
  ]
}

/** Who forecast, why it was trained, and what it was calibrated on. */
function modelLines({ model: id, dataHash, calibration }: Forecast, model: ModelCard | undefined): string[] {
  if (!model) return []
  const sessions = calibration?.sessions ?? 0
  const calibrated = sessions > 0 ? `calibrated on ${sessions} settled forecasts` : 'not calibrated yet'
  return [`  model ${id} (${model.reason}), data ${dataHash.slice(0, 12)}, ${calibrated}`]
}

/** Aligned columns, the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map(
    (row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('   ')}`,
  )
}
