import type { Db } from '../db/database.js'
import { findTicker } from '../db/tickers.js'
import type { Ticker } from '../domain/ticker.js'

/** The ticker that an address names, or undefined. PostgreSQL text holds no NUL, so no ticker is named by one. */
export const findKnown = async (db: Db, symbol: string): Promise<Ticker | undefined> =>
  symbol.includes('\0') ? undefined : await findTicker(db, symbol)
