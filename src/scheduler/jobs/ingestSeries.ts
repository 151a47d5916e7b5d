import { barsOf } from '../../db/bars.js'
import type { Db } from '../../db/database.js'
import { appendSeriesValues, seriesRows } from '../../db/series.js'
import { activeTickers, findTicker } from '../../db/tickers.js'
import { UserError } from '../../domain/errors.js'
import type { GroupSeriesSource, Series, SeriesPoint, SeriesRow, TickerSeriesSource } from '../../domain/series.js'
import { groupSeries } from '../../features/groupSeries.js'
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
    const revised = points.flatMap((point) => revision(series, point, known.get(point.date), options.now))
    const inserted = await appendSeriesValues(tx, series.name, fresh, options.now)
    return { inserted, revised: await appendSeriesValues(tx, series.name, revised, options.now), refused }
  })
}

async function pointsOf(
  db: Db,
  series: Series,
  { providers, now, signal }: SeriesIngestOptions,
): Promise<{ points: readonly SeriesPoint[]; refused: readonly RefusedRow[] }> {
  const { name, source } = series
  if ('ticker' in source) return { points: await pointsOfTicker(db, name, source), refused: [] }
  if ('group' in source) return { points: await pointsOfGroup(db, name, source), refused: [] }
  return providers.readSeries({ series, now, signal })
}

async function pointsOfGroup(db: Db, name: string, { group, field }: GroupSeriesSource): Promise<SeriesPoint[]> {
  const tickers = (await activeTickers(db)).filter(({ exchange }) => exchange === group)
  const [first] = tickers
  if (!first) throw new UserError(`series ${name}: no tickers of ${group} are followed`)
  const members = await Promise.all(tickers.map(({ symbol }) => barsOf(db, symbol)))
  const exchange = { code: group, timezone: first.timezone }
  return groupSeries(members, field).map((day) => ({ ...day, knownAt: new Date(closeOf(day.date, exchange)) }))
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

/** A member may come in late; one that joins later does not change what the group was. */
const MEMBERS_LATE_MS = 7 * 86_400_000

/** What is stored of each day by the newest revision; `rows` are in the order in which they were known. */
const latestByDay = (rows: readonly SeriesRow[]): Map<string, SeriesRow> => new Map(rows.map((row) => [row.date, row]))

function revision(series: Series, point: SeriesPoint, stored: SeriesRow | undefined, now: Date): SeriesPoint[] {
  if (!stored || stored.value === point.value) return []
  if ('group' in series.source && now.getTime() - Date.parse(point.date) > MEMBERS_LATE_MS) return []
  return [{ ...point, knownAt: point.knownAt > stored.knownAt ? point.knownAt : later(now, stored.knownAt) }]
}

/** `now`, or just after a revision that is known later still, whose place is taken. */
const later = (now: Date, stored: Date): Date => (now > stored ? now : new Date(stored.getTime() + 1))
