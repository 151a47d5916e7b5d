import { saveSeries } from '../db/series.js'
import { refuseLiteralKey } from '../ingest/secretLocation.js'
import type { Session } from './session.js'

/** Takes in the series of the configuration; those added by command stay beside them. */
export async function registerSeries({
  database: { db },
  config,
}: Pick<Session, 'database' | 'config'>): Promise<void> {
  for (const series of config.series) {
    const { source } = series
    const location = 'csv' in source ? source.csv : 'json' in source ? source.json : ''
    refuseLiteralKey(`series ${series.name}: location`, location)
    await saveSeries(db, series)
  }
}
