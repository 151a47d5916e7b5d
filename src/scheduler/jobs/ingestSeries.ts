import { barsOf } from '../../db/bars.js'
import type { Db } from '../../db/database.js'
import { appendSeriesValues, seriesRows } from '../../db/series.js'
import { findTicker } from '../../db/tickers.js'
import { UserError } from '../../domain/errors.js'
import type { Series, SeriesPoint, SeriesRow, TickerSeriesSource } from '../../domain/series.js'
import { tickerSeries } from '../../features/tickerSeries.js'
import type { RefusedRow } from '../../ingest/provider.js'
import type { Providers } from '../../ingest/providers.js'
import { closeOf } from '../../ingest/sessionClose.js'

export interface SeriesIngest {
  readonly inserted: number
  /** Values that differ from what was stored of their day; the stored ones stay. */
  readonly revised: number
  readonly refused: readonly RefusedRow[]
}

export interface SeriesIngestOptions {
  readonly providers: Pick<Providers, 'readSeries'>
  readonly now: Date
  readonly signal: AbortSignal
}

/**
 * Brings a series up to date. A value that differs from the one stored of its day is added as known from the moment its
 * source names, or from now, so that nothing which was forecast before has seen it.
 *
 * @throws UserError when its source cannot be read; nothing is written then.
 */
export async function ingestSeries(db: Db, series: Series, options: SeriesIngestOptions): Promise<SeriesIngest> {
  const { points, refused } = await pointsOf(db, series, options)
  return db.transaction(async (tx) => {
    const known = latestByDay(await seriesRows(tx, series.name))
    const fresh = points.filter(({ date }) => !known.has(date))
    const revised = points.flatMap((point) => revision(point, known.get(point.date), options.now))
    const inserted = await appendSeriesValues(tx, series.name, fresh, options.now)
    return { inserted, revised: await appendSeriesValues(tx, series.name, revised, options.now), refused }
  })
}

async function pointsOf(
  db: Db,
  series: Series,
  { providers, now, signal }: SeriesIngestOptions,
): Promise<{ points: readonly SeriesPoint[]; refused: readonly RefusedRow[] }> {
  if (!('ticker' in series.source)) return providers.readSeries({ series, now, signal })
  return { points: await pointsOfTicker(db, series.name, series.source), refused: [] }
}

async function pointsOfTicker(db: Db, name: string, { ticker, field }: TickerSeriesSource): Promise<SeriesPoint[]> {
  const found = await findTicker(db, ticker)
  const bars = await barsOf(db, ticker)
  if (!found || bars.length === 0)
    throw new UserError(`series ${name}: no bars of ${ticker} are stored: run mambacast tickers add ${ticker}`)
  const exchange = { code: found.exchange, timezone: found.timezone }
  const values = tickerSeries(bars, field)
  return bars.flatMap(({ session }, t) =>
    Number.isFinite(values[t])
      ? [{ date: session, value: values[t]!, knownAt: new Date(closeOf(session, exchange)) }]
      : [],
  )
}

/** What is stored of each day by the newest revision; `rows` are in the order in which they were known. */
const latestByDay = (rows: readonly SeriesRow[]): Map<string, SeriesRow> => new Map(rows.map((row) => [row.date, row]))

function revision(point: SeriesPoint, stored: SeriesRow | undefined, now: Date): SeriesPoint[] {
  if (!stored || stored.value === point.value) return []
  return [{ ...point, knownAt: point.knownAt > stored.knownAt ? point.knownAt : later(now, stored.knownAt) }]
}

/** `now`, or just after a revision that is known later still, whose place is taken. */
const later = (now: Date, stored: Date): Date => (now > stored ? now : new Date(stored.getTime() + 1))
