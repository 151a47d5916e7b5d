import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Ticker } from '../domain/ticker.js'
import type { Db } from './database.js'
import { tickers } from './schema.js'

/** Active tickers in symbol order; with `symbols`, those among them. */
export const activeTickers = (db: Db, symbols?: readonly string[]): Promise<Ticker[]> =>
  db
    .select()
    .from(tickers)
    .where(and(eq(tickers.active, true), symbols && inArray(tickers.symbol, [...symbols])))
    .orderBy(asc(tickers.symbol))

/** The ticker of that symbol, active or not. */
export const findTicker = async (db: Db, symbol: string): Promise<Ticker | undefined> =>
  (await db.select().from(tickers).where(eq(tickers.symbol, symbol)))[0]

/** Adds the ticker, or takes it up again with these settings. */
export async function saveTicker(db: Db, ticker: Ticker): Promise<void> {
  const row = { ...ticker, fallbacks: [...(ticker.fallbacks ?? [])] }
  const { symbol: _, ...settings } = row
  await db.insert(tickers).values(row).onConflictDoUpdate({ target: tickers.symbol, set: settings })
}

/** Ends a ticker's forecasts; its history stays. Returns false when there is no such active ticker. */
export async function deactivateTicker(db: Db, symbol: string): Promise<boolean> {
  const changed = await db
    .update(tickers)
    .set({ active: false })
    .where(and(eq(tickers.symbol, symbol), eq(tickers.active, true)))
    .returning({ symbol: tickers.symbol })
  return changed.length > 0
}

/** Folders and URL templates from which tickers read csv, each once. */
export const csvLocations = async (db: Db): Promise<string[]> => {
  const rows = await db
    .selectDistinct({ location: tickers.location })
    .from(tickers)
    .where(isNotNull(tickers.location))
    .orderBy(asc(tickers.location))
  return rows.flatMap(({ location }) => location ?? [])
}

export interface ListedTicker {
  readonly symbol: string
  readonly provider: string
  readonly fallbacks: readonly string[]
  readonly location: string | null
  readonly exchange: string
  readonly isSample: boolean
  readonly active: boolean
  readonly isPaused: boolean
  /** Newest bar, ISO date. */
  readonly lastSession: string | null
}

/** Every ticker there ever was, by symbol, with its newest bar. */
export const listedTickers = async (db: Db): Promise<ListedTicker[]> => [
  ...(await db.execute<ListedTicker & Record<string, unknown>>(sql`
    select t.symbol, t.provider, t.fallbacks, t.location, t.exchange, t.is_sample as "isSample", t.active,
      pause.ticker is not null as "isPaused", bar.session as "lastSession"
    from tickers t
    left join ticker_pauses pause on pause.ticker = t.symbol
    left join lateral (select session from bars where ticker = t.symbol order by session desc limit 1) bar on true
    order by t.symbol`)),
]
