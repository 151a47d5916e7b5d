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
  /** ISO 8601. */
  readonly madeAt: string
}

export interface OverviewRow {
  readonly symbol: string
  readonly exchange: string
  readonly timezone: string
  readonly isSample: boolean
  readonly lastBar: { readonly session: string; readonly close: number } | null
  readonly forecast: ShownForecast | null
  readonly verdict: Verdict | null
  /** Newest figures over `window` sessions, by forecaster. */
  readonly figures: Readonly<Record<string, Figures>>
}

/** Columns of `forecasts` under the names of `ShownForecast`. */
export const shownForecastColumns = sql`
  as_of as "asOf", target, forecaster, model, origin, last_close as "lastClose", mean, quantiles, p_up as "pUp",
  p_large_move as "pLargeMove", move_threshold_pct as "moveThresholdPct", made_at as "madeAt"`

/** Which of several forecasts made after one session counts: a live one before a backtest, then the first made. */
export const firstMade = sql`(origin <> 'live'), made_at`

const verdictColumns = sql`
  ticker, forecaster, as_of as "asOf", n, distribution_skill as "distributionSkill", mean_skill as "meanSkill",
  strongest_baseline as "strongestBaseline", pinball_skill as "pinballSkill", dm_p_value as "dmPValue",
  cw_p_value as "cwPValue", r2_oos as "r2Oos", sentence`

/** One row per active ticker, by symbol: last bar, newest forecast of `forecaster`, its verdict, and everyone's figures. */
export async function overviewRows(db: Db, forecaster: string, window: ScoreWindow): Promise<OverviewRow[]> {
  const rows = await db.execute<OverviewRow & Record<string, unknown>>(sql`
    select t.symbol, t.exchange, t.timezone, t.is_sample as "isSample",
      to_json(bar) as "lastBar", to_json(forecast) as forecast, to_json(verdict) as verdict,
      coalesce(score.figures, '{}') as figures
    from tickers t
    left join lateral (
      select session, close from bars where ticker = t.symbol order by session desc limit 1
    ) bar on true
    left join lateral (
      select ${shownForecastColumns} from forecasts
      where ticker = t.symbol and forecaster = ${forecaster} order by as_of desc, ${firstMade} limit 1
    ) forecast on true
    left join lateral (
      select ${verdictColumns} from verdicts
      where ticker = t.symbol and forecaster = ${forecaster} order by as_of desc limit 1
    ) verdict on true
    left join lateral (
      select json_object_agg(rival.forecaster, newest.figures) as figures
      from (select distinct forecaster from forecasts where ticker = t.symbol and as_of = forecast."asOf") rival
      cross join lateral (
        select figures from scores
        where ticker = t.symbol and forecaster = rival.forecaster and "window" = ${window}
        order by as_of desc limit 1
      ) newest
    ) score on true
    where t.active
    order by t.symbol`)
  return [...rows]
}
