import type { Db } from '../../db/database.js'
import { findMissingSessions } from '../../db/quality.js'
import type { Ticker } from '../../domain/ticker.js'
import type { Logger } from '../../log.js'

/** About a year. */
const SESSIONS = 250
const NAMED = 5

/** Compares the tickers of each exchange with one another and records the sessions that single ones lack. */
export async function checkMarkets(db: Db, tickers: readonly Ticker[], log: Logger): Promise<void> {
  for (const exchange of new Set(tickers.map((ticker) => ticker.exchange))) {
    const missing = await findMissingSessions(db, exchange, SESSIONS)
    if (missing.length === 0) continue
    const first = missing.slice(0, NAMED).map(({ ticker, session }) => `${ticker} ${session}`)
    log.warn({ exchange, missing: missing.length, first }, 'sessions are missing')
  }
}
