import type { SettledForecast } from '../domain/forecast.js'
import { type Figures, SCORE_WINDOWS, type ScoreWindow, type Verdict } from '../domain/score.js'
import { baselines } from '../model/baselines/baselines.js'
import { rollingFigures } from './figures.js'
import { verdict } from './verdict.js'

/** Figures of one forecaster over the last `window` settled forecasts up to `asOf` (fewer at the start: `figures.n`). */
export interface ScoreRow {
  readonly forecaster: string
  readonly window: ScoreWindow
  readonly asOf: string
  readonly figures: Figures
}

export interface TickerScore {
  readonly scores: readonly ScoreRow[]
  /** One for each forecaster that is not a baseline, over all its settled forecasts. */
  readonly verdicts: readonly Verdict[]
}

const baselineNames = new Set(baselines.map(({ name }) => name))

/**
 * What is stored when forecasts of a ticker have been settled: rolling figures of every forecaster in every window, for
 * sessions from `fromAsOf` on, and a verdict on each model.
 *
 * @param settledByForecaster every settled forecast of the ticker, each list by ascending `asOf`.
 * @param fromAsOf first session (`YYYY-MM-DD`) whose scores are wanted; figures look back beyond it.
 */
export function scoreTicker(
  ticker: string,
  settledByForecaster: ReadonlyMap<string, readonly SettledForecast[]>,
  fromAsOf: string,
): TickerScore {
  const entries = [...settledByForecaster]
  const rivals = new Map(entries.filter(([name]) => baselineNames.has(name)))
  return {
    scores: entries.flatMap(([forecaster, settled]) => scoreRows(forecaster, settled, fromAsOf)),
    verdicts: entries
      .filter(([name]) => !baselineNames.has(name))
      .map(([forecaster, settled]) => verdict({ ticker, forecaster, settled, baselines: rivals }))
      .filter((found) => found !== null),
  }
}

function scoreRows(forecaster: string, settled: readonly SettledForecast[], fromAsOf: string): ScoreRow[] {
  const first = settled.findIndex(({ asOf }) => asOf >= fromAsOf)
  if (first < 0) return []
  return SCORE_WINDOWS.flatMap((window) =>
    rollingFigures(settled, window, first).map((figures, i) => ({
      forecaster,
      window,
      asOf: settled[first + i]!.asOf,
      figures,
    })),
  )
}
