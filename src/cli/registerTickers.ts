import { saveTicker } from '../db/tickers.js'
import { chooseTickers } from './chooseTickers.js'
import type { Session } from './session.js'

/** Takes in the tickers of the configuration; with none anywhere, those of the sample market. */
export async function registerTickers({ database: { db }, config }: Session): Promise<void> {
  for (const ticker of await chooseTickers(db, config, { symbols: [] })) await saveTicker(db, ticker)
}
