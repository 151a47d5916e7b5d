import type { Db } from '../db/database.js'
import { type ListedTicker, listedTicker } from '../db/tickerPage.js'

/** The ticker that an address names, or undefined. PostgreSQL text holds no NUL, so no ticker is named by one. */
export const findKnown = async (db: Db, symbol: string): Promise<ListedTicker | undefined> =>
  symbol.includes('\0') ? undefined : await listedTicker(db, symbol)
