import { sql } from 'drizzle-orm'
import type { Db } from './database.js'

export interface StaleTicker {
  readonly symbol: string
  readonly lastSession: string
  /** The session that others of its exchange have. */
  readonly marketSession: string
}

/**
 * Active tickers whose newest bar is older than one that another ticker of their exchange has had since `before`, or
 * older than session `oldest`. A day that no ticker has is a holiday; a paused ticker is not expected to have bars.
 */
export async function staleTickers(db: Db, before: Date, oldest: string): Promise<StaleTicker[]> {
  const rows = await db.execute<StaleTicker & Record<string, unknown>>(sql`
    with newest as (
      select symbol, exchange, last.session, last.ingested_at
      from tickers cross join lateral (
        select session, ingested_at from bars where ticker = symbol order by session desc limit 1
      ) last
      where active and not exists (select from ticker_pauses p where p.ticker = symbol)
    ), market as (
      select exchange, max(session) filter (where ingested_at <= ${before.toISOString()}) as session from newest group by 1
    )
    select symbol, newest.session as "lastSession", greatest(market.session, newest.session) as "marketSession"
    from newest join market using (exchange)
    where newest.session < market.session or newest.session < ${oldest}::date
    order by symbol`)
  return [...rows]
}
