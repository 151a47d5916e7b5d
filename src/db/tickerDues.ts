import { sql } from 'drizzle-orm'
import type { Db } from './database.js'

/**
 * Claims the tickers of an exchange for a moment of its schedule: each is returned to one caller only, however many ask
 * at once, and never for an earlier moment than before. A ticker that is paused or still in a run is left for later.
 *
 * @returns their symbols, ascending.
 */
export async function claimDue(db: Db, exchange: string, dueAt: Date): Promise<string[]> {
  const rows = await db.execute<{ ticker: string }>(sql`
    insert into ticker_dues (ticker, due_at)
    select symbol, ${dueAt.toISOString()}::timestamptz from tickers
    where active and exchange = ${exchange}
      and not exists (select from ticker_pauses where ticker = symbol)
      and not exists (select from run_tickers where ticker = symbol and finished_at is null)
    order by symbol
    on conflict (ticker) do update set due_at = excluded.due_at where ticker_dues.due_at < excluded.due_at
    returning ticker`)
  return rows.map(({ ticker }) => ticker).sort()
}

/**
 * Those of the tickers that have work left, judged by the data: no bar of `session` or later is stored, or `forecaster`
 * has not spoken as of the last bar.
 */
export async function tickersBehind(
  db: Db,
  tickers: readonly string[],
  session: string,
  forecaster: string,
): Promise<string[]> {
  if (tickers.length === 0) return []
  const rows = await db.execute<{ symbol: string }>(sql`
    select symbol from tickers
    left join lateral (select max(session) as session from bars where ticker = symbol) last on true
    where symbol in (${sql.join(
      tickers.map((ticker) => sql`${ticker}`),
      sql`, `,
    )}) and (
      last.session is null or last.session < ${session}::date or not exists (
        select from forecasts
        where ticker = symbol and forecaster = ${forecaster} and as_of = last.session and origin = 'live'
      )
    )
    order by symbol`)
  return rows.map(({ symbol }) => symbol)
}
