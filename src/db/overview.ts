import { sql } from 'drizzle-orm'
import type { ForecastOrigin } from '../domain/forecast.js'
import type { Figures, ScoreWindow, Verdict } from '../domain/score.js'
import type { Db } from './database.js'

/** A forecast of the ledger, as pages show it. Percentages are of the adjusted close of `asOf`. */
export interface ShownForecast {
  readonly asOf: string
  readonly target: string
  readonly forecaster: string
  readonly model: string
  readonly origin: ForecastOrigin
  readonly lastClose: number
  readonly mean: number
  readonly quantiles: readonly number[]
  readonly pUp: number
  readonly pLargeMove: number
  readonly moveThresholdPct: number
  /** Means of |return|, of the worst and of the best 5 % of returns; null in rows of earlier versions. */
  readonly expectedMove: number | null
  readonly shortfallLower: number | null
  readonly shortfallUpper: number | null
  /** ISO 8601. */
  readonly madeAt: string
}

/** The newest forecast before the shown one whose session is over, with what came of it. */
export interface LastOutcome {
  readonly asOf: string
  readonly quantiles: readonly number[]
  readonly mean: number
  readonly pLargeMove: number
  readonly session: string
  readonly returnPct: number
}

export interface OverviewRow {
  readonly symbol: string
  readonly exchange: string
  readonly timezone: string
  readonly isSample: boolean
  readonly isPaused: boolean
  readonly lastBar: { readonly session: string; readonly close: number } | null
  readonly forecast: ShownForecast | null
  readonly last: LastOutcome | null
  readonly verdict: Verdict | null
  /** What the verdict before the newest one claimed. */
  readonly earlierVerdict: Pick<Verdict, 'distributionSkill' | 'meanSkill'> | null
  /** Newest figures over `window` sessions of the forecaster and its strongest baseline, by name; of all before a verdict. */
  readonly figures: Readonly<Record<string, Figures>>
}

/** Columns of `forecasts` under the names of `ShownForecast`. */
export const shownForecastColumns = sql`
  as_of as "asOf", target, forecaster, model, origin, last_close as "lastClose", mean, quantiles, p_up as "pUp",
  p_large_move as "pLargeMove", move_threshold_pct as "moveThresholdPct", expected_move as "expectedMove",
  shortfall_lower as "shortfallLower", shortfall_upper as "shortfallUpper", made_at as "madeAt"`

/** Which of several forecasts made after one session counts: a live one before a backtest, then the first made. */
export const firstMade = sql`(origin <> 'live'), made_at`

/** Columns of `verdicts` under the names of `Verdict`. */
export const verdictColumns = sql`
  ticker, forecaster, as_of as "asOf", n, distribution_skill as "distributionSkill", mean_skill as "meanSkill",
  strongest_baseline as "strongestBaseline", pinball_skill as "pinballSkill", dm_p_value as "dmPValue",
  cw_p_value as "cwPValue", r2_oos as "r2Oos", sentence`

/** One row per active ticker, by symbol: last bar, newest forecast of `forecaster`, what came of the last one, verdict, figures. */
export async function overviewRows(db: Db, forecaster: string, window: ScoreWindow): Promise<OverviewRow[]> {
  const rows = await db.execute<OverviewRow & Record<string, unknown>>(sql`
    select t.symbol, t.exchange, t.timezone, t.is_sample as "isSample", pause.ticker is not null as "isPaused",
      to_json(bar) as "lastBar", to_json(forecast) as forecast, to_json(last) as last, to_json(verdict) as verdict,
      to_json(earlier) as "earlierVerdict", coalesce(score.figures, '{}') as figures
    from tickers t
    left join ticker_pauses pause on pause.ticker = t.symbol
    left join lateral (
      select session, close from bars where ticker = t.symbol order by session desc limit 1
    ) bar on true
    left join lateral (
      select ${shownForecastColumns} from forecasts
      where ticker = t.symbol and forecaster = ${forecaster} order by as_of desc, ${firstMade} limit 1
    ) forecast on true
    left join lateral (${lastOutcome(forecaster)}) last on true
    left join lateral (
      select ${verdictColumns} from verdicts
      where ticker = t.symbol and forecaster = ${forecaster} order by as_of desc limit 1
    ) verdict on true
    left join lateral (
      select distribution_skill as "distributionSkill", mean_skill as "meanSkill" from verdicts
      where ticker = t.symbol and forecaster = ${forecaster} order by as_of desc offset 1 limit 1
    ) earlier on true
    left join lateral (${comparedFigures(forecaster, window)}) score on true
    where t.active
    order by t.symbol`)
  return [...rows]
}

const lastOutcome = (forecaster: string) => sql`
  select f.as_of as "asOf", f.quantiles, f.mean, f.p_large_move as "pLargeMove", o.session, o.return_pct as "returnPct"
  from forecasts f join outcomes o on o.ticker = f.ticker and o.as_of = f.as_of
  where f.ticker = t.symbol and f.forecaster = ${forecaster} and f.as_of < forecast."asOf"
  order by f.as_of desc, ${firstMade} limit 1`

const comparedFigures = (forecaster: string, window: ScoreWindow) => sql`
  select json_object_agg(compared.name, newest.figures order by compared.name <> ${forecaster}, compared.name) as figures
  from (
    select name from unnest(array[${forecaster}, verdict."strongestBaseline"]) name where verdict."asOf" is not null
    union all
    select distinct forecaster from forecasts
    where verdict."asOf" is null and ticker = t.symbol and as_of = forecast."asOf"
  ) compared(name)
  cross join lateral (
    select figures from scores
    where ticker = t.symbol and forecaster = compared.name and "window" = ${window}
    order by as_of desc limit 1
  ) newest`
