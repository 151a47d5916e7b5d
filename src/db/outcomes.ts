import { sql } from 'drizzle-orm'
import type { Db } from './database.js'

/**
 * Settles every forecast of the ticker whose next session is known by now: writes what happened, once per `as_of`.
 *
 * @returns the sessions (`as_of`) settled by this call, ascending.
 */
export async function settleOutcomes(db: Db, ticker: string, now: Date): Promise<string[]> {
  const rows = await db.execute<{ asOf: string }>(sql`
    insert into outcomes (ticker, as_of, session, return_pct, close, settled_at)
    select said.ticker, said.as_of, next.session, 100 * (next.close / (base.close * next.ratio) - 1), next.close, ${now.toISOString()}
    from (select distinct ticker, as_of from forecasts where ticker = ${ticker}) said
    join bars base on base.ticker = said.ticker and base.session = said.as_of
    join lateral (
      select session, close, ratio from bars
      where ticker = said.ticker and session > said.as_of order by session limit 1
    ) next on true
    where not exists (select from outcomes o where o.ticker = said.ticker and o.as_of = said.as_of)
    on conflict do nothing
    returning as_of as "asOf"`)
  return rows.map((row) => row.asOf).sort()
}
