import { sql } from 'drizzle-orm'
import type { Db } from './database.js'

/** The mean return of all settled active tickers in one session, in percent. */
export interface MarketReturn {
  readonly session: string
  readonly meanPct: number
  readonly tickers: number
}

/** How the active tickers did on average in each session of the `days` before session `last`, oldest first. */
export async function marketReturns(db: Db, last: string, days: number, sample: boolean): Promise<MarketReturn[]> {
  const rows = await db.execute<MarketReturn & Record<string, unknown>>(sql`
    select o.session, avg(o.return_pct) as "meanPct", count(*)::int as tickers
    from outcomes o join tickers t on t.symbol = o.ticker and t.active and t.is_sample = ${sample}
    where o.session > ${last}::date - ${days}::int and o.session <= ${last}::date
    group by o.session order by o.session`)
  return [...rows]
}
