import { and, asc, eq, inArray } from 'drizzle-orm'
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
