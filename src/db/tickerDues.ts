import { eq, sql } from 'drizzle-orm'
import type { Db } from './database.js'
import { tickerDues } from './runSchema.js'

/**
 * Claims the tickers of an exchange for a moment of its schedule: each is returned to one caller only, however many ask
 * at once, and never for an earlier moment than before. A ticker that is paused or still in a run is left for later.
 *
 * @param nextAskAt When those are looked at again whose session had not come.
 * @returns their symbols, ascending.
 */
export async function claimDue(db: Db, exchange: string, dueAt: Date, nextAskAt: Date | null): Promise<string[]> {
  const rows = await db.execute<{ ticker: string }>(sql`
    insert into ticker_dues (ticker, due_at, next_ask_at)
    select symbol, ${dueAt.toISOString()}::timestamptz, ${nextAskAt?.toISOString() ?? null}::timestamptz from tickers
    where ${isFree(exchange)}
    order by symbol
    on conflict (ticker) do update set due_at = excluded.due_at, asks = 1, next_ask_at = excluded.next_ask_at
      where ticker_dues.due_at < excluded.due_at
    returning ticker`)
  return rows.map(({ ticker }) => ticker).sort()
}

/** Neither paused nor in a run. */
const isFree = (exchange: string) => sql`active and exchange = ${exchange}
  and not exists (select from ticker_pauses where ticker = symbol)
  and not exists (select from run_tickers where ticker = symbol and finished_at is null)`

export interface LookedAt {
  readonly ticker: string
  /** How often it was enqueued for the last moment of its schedule. */
  readonly asks: number
  /** Its last stored sessions, newest first. */
  readonly sessions: readonly string[]
}

/**
 * Tickers of an exchange that are to be looked at again by `now`, with their last `sessions` sessions; each belongs to
 * one caller until its transaction ends.
 */
export async function dueForAnotherLook(tx: Db, exchange: string, now: Date, sessions: number): Promise<LookedAt[]> {
  const rows = await tx.execute<LookedAt & Record<string, unknown>>(sql`
    select ticker, asks,
      array(select session::text from bars where bars.ticker = symbol order by session desc limit ${sessions}) as sessions
    from ticker_dues due join tickers on symbol = due.ticker
    where next_ask_at <= ${now.toISOString()}::timestamptz and ${isFree(exchange)}
    order by ticker for update of due skip locked`)
  return [...rows]
}

/** Notes how often a ticker has been enqueued, and when it is looked at again; null when nothing more is expected. */
export async function setNextAsk(db: Db, ticker: string, asks: number, nextAskAt: Date | null): Promise<void> {
  await db.update(tickerDues).set({ asks, nextAskAt }).where(eq(tickerDues.ticker, ticker))
}

/** Leaves a ticker alone until the next moment of its schedule. */
export async function askNoMore(db: Db, ticker: string): Promise<void> {
  await db.update(tickerDues).set({ nextAskAt: null }).where(eq(tickerDues.ticker, ticker))
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
