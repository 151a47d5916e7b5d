import { saveSeries } from '../db/series.js'
import { activeTickers } from '../db/tickers.js'
import type { Ticker } from '../domain/ticker.js'
import { refuseLiteralKey } from '../ingest/secretLocation.js'
import { groupsOf } from '../scheduler/jobs/groupsOf.js'
import type { Session } from './session.js'

/**
 * Takes in the series of the configuration; those added by command stay beside them. A panel looks at the state of every
 * exchange besides.
 */
export async function registerSeries(
  { database: { db }, config }: Pick<Session, 'database' | 'config'>,
  tickers: readonly Ticker[] = [],
): Promise<void> {
  for (const series of config.series) {
    const { source } = series
    const location = 'csv' in source ? source.csv : 'json' in source ? source.json : ''
    refuseLiteralKey(`series ${series.name}: location`, location)
    await saveSeries(db, series)
  }
  if (config.model.scope === 'per-ticker') return
  const exchanges = new Map([...(await activeTickers(db)), ...tickers].map((ticker) => [ticker.exchange, ticker]))
  for (const { exchange, timezone } of exchanges.values())
    for (const series of groupsOf(exchange, timezone)) await saveSeries(db, series)
}
