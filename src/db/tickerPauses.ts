import { eq } from 'drizzle-orm'
import type { Db } from './database.js'
import { tickerPauses } from './runSchema.js'

/** From now on nobody works on the ticker, until it is resumed. Returns false when it was paused before. */
export async function pauseTicker(db: Db, ticker: string, pausedAt: Date): Promise<boolean> {
  const added = await db.insert(tickerPauses).values({ ticker, pausedAt }).onConflictDoNothing().returning()
  return added.length > 0
}

/** Takes a ticker up again; what it missed is caught up with. Returns false when it was not paused. */
export async function resumeTicker(db: Db, ticker: string): Promise<boolean> {
  const removed = await db.delete(tickerPauses).where(eq(tickerPauses.ticker, ticker)).returning()
  return removed.length > 0
}

/** Symbols of all paused tickers. */
export const pausedTickers = async (db: Db): Promise<ReadonlySet<string>> =>
  new Set((await db.select({ ticker: tickerPauses.ticker }).from(tickerPauses)).map(({ ticker }) => ticker))

/** Whether nobody works on the ticker until it is resumed. */
export const isPaused = async (db: Db, ticker: string): Promise<boolean> =>
  (await db.select({ ticker: tickerPauses.ticker }).from(tickerPauses).where(eq(tickerPauses.ticker, ticker))).length >
  0
