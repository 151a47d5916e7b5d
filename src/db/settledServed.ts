import { sql } from 'drizzle-orm'
import type { SettledForecast } from '../domain/forecast.js'
import type { Db } from './database.js'

export interface RawHistory {
  readonly ticker: string
  readonly forecaster: string
  /** The full training whose own words come first. */
  readonly lineage: string
  /** Sessions before this one. */
  readonly before: string
  /** Sessions from this one on; all where it is not given. */
  readonly since?: string | null
  /** What was in the ledger then. */
  readonly madeBy: Date
  /** As many of the last ones. */
  readonly most: number
}

/**
 * Settled forecasts as their networks gave them, before calibration, one a session, oldest first: those of the lineage,
 * served or on trial; where it did not speak, those that were served.
 */
export async function rawHistory(db: Db, history: RawHistory): Promise<SettledForecast[]> {
  const { ticker, forecaster, lineage, before, since, most } = history
  const span = sql`ticker = ${ticker} and as_of < ${before} and as_of >= ${since ?? '0001-01-01'} and made_at <= ${history.madeBy.toISOString()}`
  const rows = await db.execute<SettledForecast & Record<string, unknown>>(sql`
    select * from (
      select distinct on (said.as_of) said.as_of as "asOf", said.mean, said.raw as quantiles, o.return_pct as "returnPct"
      from (
        select as_of, mean, raw_quantiles as raw, true as own, true as live, made_at from trial_forecasts
        where model = ${lineage} and ${span}
        union all
        select as_of, mean, coalesce(raw_quantiles, quantiles),
          model in (select id from models where id = ${lineage} or lineage = ${lineage}), origin = 'live', made_at
        from forecasts where forecaster = ${forecaster} and ${span}
      ) said
      join outcomes o on o.ticker = ${ticker} and o.as_of = said.as_of
      order by said.as_of desc, said.own desc, said.live desc, said.made_at
      limit ${most}
    ) newest order by "asOf"`)
  return [...rows]
}

/** Every settled live forecast of a forecaster, the first made of each session, oldest first. */
export async function settledLive(db: Db, ticker: string, forecaster: string): Promise<SettledForecast[]> {
  const rows = await db.execute<SettledForecast & Record<string, unknown>>(sql`
    select distinct on (f.as_of) f.as_of as "asOf", f.mean, f.quantiles, o.return_pct as "returnPct"
    from forecasts f join outcomes o on o.ticker = f.ticker and o.as_of = f.as_of
    where f.ticker = ${ticker} and f.forecaster = ${forecaster} and f.origin = 'live'
    order by f.as_of, f.made_at`)
  return [...rows]
}
