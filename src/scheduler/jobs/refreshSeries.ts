import type { Db } from '../../db/database.js'
import { activeSeries, claimStaleSeries, releaseSeries } from '../../db/series.js'
import { UserError } from '../../domain/errors.js'
import { type Series, servesTicker } from '../../domain/series.js'
import type { Logger } from '../../log.js'
import { ingestSeries, type SeriesIngestOptions } from './ingestSeries.js'

/** Several tickers of a run share one reading of a series. */
const FRESH_MS = 10 * 60_000

/**
 * Reads the series that serve a ticker anew where they may have changed. One that cannot be read stops no forecast: its
 * last known values serve, with their age. Those made of other tickers' bars are left for when these are in (`all`).
 */
export async function refreshSeries(
  db: Db,
  ticker: string,
  options: SeriesIngestOptions & { readonly log: Logger },
  kinds: 'read' | 'all',
): Promise<void> {
  const { now, signal, log } = options
  const serving = (await activeSeries(db)).filter(
    (series) => servesTicker(series, ticker) && (kinds === 'all' || isRead(series)),
  )
  const before = new Date(now.getTime() - FRESH_MS)
  const names = serving.map(({ name }) => name)
  const stale = new Set(await claimStaleSeries(db, names, before, now))
  for (const series of serving.filter(({ name }) => stale.has(name))) {
    try {
      const { inserted, revised, refused } = await ingestSeries(db, series, options)
      if (inserted + revised > 0)
        log.info({ series: series.name, inserted, revised, refused: refused.length }, 'series read')
    } catch (error) {
      await releaseSeries(db, series.name)
      signal.throwIfAborted()
      if (!(error instanceof UserError)) throw error
      log.warn({ series: series.name, reason: error.message }, 'series could not be read')
    }
  }
}

const isRead = ({ source }: Series): boolean => 'csv' in source || 'json' in source
