import { sql } from 'drizzle-orm'
import type { Db } from './database.js'
import { firstMade, type ShownForecast, shownForecastColumns } from './overview.js'

/** A live forecast that thinks a large move likely. */
export interface ExpectedMove extends ShownForecast {
  readonly ticker: string
  readonly isSample: boolean
}

export interface ExpectedMoveQuery {
  readonly forecaster: string
  /** P(|move| > threshold) at least. */
  readonly probability: number
  /** Made after this session or a later one. */
  readonly since: string
  readonly ticker?: string | undefined
  readonly limit: number
}

/** The newest forecasts of active tickers that expect a large move, the last made first; a repeated one never counts. */
export async function expectedMoves(db: Db, query: ExpectedMoveQuery): Promise<ExpectedMove[]> {
  const { forecaster, probability, since, ticker, limit } = query
  const rows = await db.execute<ExpectedMove & Record<string, unknown>>(sql`
    select said.*, symbol as ticker, is_sample as "isSample"
    from tickers cross join lateral (
      select distinct on (as_of) ${shownForecastColumns} from forecasts
      where ticker = symbol and forecaster = ${forecaster} and as_of >= ${since}
      order by as_of, ${firstMade}
    ) said
    where active and origin = 'live' and "pLargeMove" >= ${probability}
      and ${ticker === undefined ? sql`true` : sql`symbol = ${ticker}`}
    order by "madeAt" desc, symbol limit ${limit}`)
  return rows.map((row) => ({ ...row, madeAt: new Date(row.madeAt).toISOString() }))
}
