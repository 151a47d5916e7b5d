import { and, eq, sql } from 'drizzle-orm'
import type { Forecast, SettledForecast } from '../domain/forecast.js'
import type { Db } from './database.js'
import { forecasts } from './schema.js'

/** Rows per statement: 20 columns each stay well below PostgreSQL's limit of 65,535 parameters. */
const CHUNK = 2_000

/** Adds to the ledger what it does not hold yet; returns how many rows that were. */
export async function appendForecasts(
  db: Db,
  rows: readonly Forecast[],
  runId: string | null,
  madeAt: Date,
): Promise<number> {
  let added = 0
  for (let from = 0; from < rows.length; from += CHUNK) {
    const values = rows.slice(from, from + CHUNK).map(({ rawQuantiles: raw, ...row }) => ({
      ...{ ...row, quantiles: [...row.quantiles], rawQuantiles: raw && [...raw], runId, madeAt },
    }))
    const inserted = await db.insert(forecasts).values(values).onConflictDoNothing().returning({ asOf: forecasts.asOf })
    added += inserted.length
  }
  return added
}

/** True when the forecaster has already spoken as of that session from exactly these data. */
export async function hasForecast(
  db: Db,
  key: Pick<Forecast, 'ticker' | 'forecaster' | 'asOf' | 'dataHash' | 'origin'>,
): Promise<boolean> {
  const found = await db
    .select({ one: sql`1` })
    .from(forecasts)
    .where(
      and(
        eq(forecasts.ticker, key.ticker),
        eq(forecasts.forecaster, key.forecaster),
        eq(forecasts.asOf, key.asOf),
        eq(forecasts.dataHash, key.dataHash),
        eq(forecasts.origin, key.origin),
      ),
    )
    .limit(1)
  return found.length > 0
}

/** True when the ticker has backtest forecasts of that forecaster. */
export async function hasBacktest(db: Db, ticker: string, forecaster: string): Promise<boolean> {
  const found = await db
    .select({ one: sql`1` })
    .from(forecasts)
    .where(and(eq(forecasts.ticker, ticker), eq(forecasts.forecaster, forecaster), eq(forecasts.origin, 'backtest')))
    .limit(1)
  return found.length > 0
}

/** The first forecasts as of that session, one a forecaster: what was said first is what counts. */
export async function forecastsAsOf(db: Db, ticker: string, asOf: string): Promise<Forecast[]> {
  const rows = await db
    .selectDistinctOn([forecasts.forecaster])
    .from(forecasts)
    .where(and(eq(forecasts.ticker, ticker), eq(forecasts.asOf, asOf)))
    .orderBy(forecasts.forecaster, sql`${forecasts.origin} = 'live' desc`, forecasts.madeAt)
  return rows.map(({ runId: _, madeAt: __, ...forecast }) => forecast)
}

/**
 * Every settled forecast of a ticker by forecaster, in session order. Where several were made as of one session, a live
 * one counts before a backtest and an earlier one before a later.
 */
export async function settledForecasts(db: Db, ticker: string): Promise<Map<string, SettledForecast[]>> {
  const rows = await db.execute<{
    forecaster: string
    asOf: string
    mean: number
    quantiles: number[]
    returnPct: number
  }>(sql`
    select distinct on (f.forecaster, f.as_of)
      f.forecaster, f.as_of as "asOf", f.mean, f.quantiles, o.return_pct as "returnPct"
    from forecasts f join outcomes o on o.ticker = f.ticker and o.as_of = f.as_of
    where f.ticker = ${ticker}
    order by f.forecaster, f.as_of, (f.origin = 'live') desc, f.made_at`)
  const byForecaster = new Map<string, SettledForecast[]>()
  for (const { forecaster, ...settled } of rows) {
    const list = byForecaster.get(forecaster)
    if (list) list.push(settled)
    else byForecaster.set(forecaster, [settled])
  }
  return byForecaster
}
