import { and, asc, eq, lte, sql } from 'drizzle-orm'
import type { Series, SeriesPoint, SeriesRow } from '../domain/series.js'
import type { Db } from './database.js'
import { series, seriesValues } from './seriesSchema.js'

/** Rows per statement: 5 columns each stay well below PostgreSQL's limit of 65,535 parameters. */
const CHUNK = 5_000

/** Active series in order of name. */
export async function activeSeries(db: Db): Promise<Series[]> {
  const rows = await db.select().from(series).where(eq(series.active, true)).orderBy(asc(series.name))
  return rows.map(({ active: _, addedAt: __, readAt: ___, ...row }) => row)
}

/** Adds the series, or takes it up again with these settings; its values stay. */
export async function saveSeries(db: Db, row: Series): Promise<void> {
  const { name, tickers, ...rest } = row
  const settings = { ...rest, tickers: [...tickers], active: true }
  await db
    .insert(series)
    .values({ name, ...settings })
    .onConflictDoUpdate({ target: series.name, set: settings })
}

/**
 * Names among those given whose source has something new to say: read last before `before`, or for another ticker's bars
 * before these were last asked for. They count as read at `now`, so that of several who ask one reads.
 */
export async function claimStaleSeries(db: Db, names: readonly string[], before: Date, now: Date): Promise<string[]> {
  if (names.length === 0) return []
  const rows = await db.execute<{ name: string }>(sql`
    update series s set read_at = ${now.toISOString()}
    where s.name in ${names} and (s.read_at is null or case when s.source ? 'ticker'
      then s.read_at < (select max(served_at) from source_states o where o.ticker = s.source ->> 'ticker')
      when s.source ? 'group' then s.read_at < (select max(served_at) from source_states o
        join tickers t on t.symbol = o.ticker where t.active and t.exchange = s.source ->> 'group')
      else s.read_at < ${before.toISOString()} end)
    returning s.name`)
  return rows.map(({ name }) => name)
}

/** Takes back that a series was read, after a failure. */
export async function releaseSeries(db: Db, name: string): Promise<void> {
  await db.update(series).set({ readAt: null }).where(eq(series.name, name))
}

/** Forecasts use the series no longer; its values stay. Returns false when there is no such active series. */
export async function endSeries(db: Db, name: string): Promise<boolean> {
  const changed = await db
    .update(series)
    .set({ active: false })
    .where(and(eq(series.name, name), eq(series.active, true)))
    .returning({ name: series.name })
  return changed.length > 0
}

/** Every value of a series, revisions included, in the order in which they were known; with `until`, as stored then. */
export const seriesRows = (db: Db, name: string, until?: Date): Promise<SeriesRow[]> =>
  db
    .select({
      date: seriesValues.date,
      value: seriesValues.value,
      knownAt: seriesValues.knownAt,
      recordedAt: seriesValues.recordedAt,
    })
    .from(seriesValues)
    .where(and(eq(seriesValues.series, name), until && lte(seriesValues.recordedAt, until)))
    .orderBy(asc(seriesValues.knownAt), asc(seriesValues.date))

/** Adds points; returns how many are new. */
export async function appendSeriesValues(
  db: Db,
  name: string,
  points: readonly SeriesPoint[],
  recordedAt: Date,
): Promise<number> {
  let added = 0
  for (let from = 0; from < points.length; from += CHUNK) {
    const values = points.slice(from, from + CHUNK).map((point) => ({ series: name, ...point, recordedAt }))
    const inserted = await db.insert(seriesValues).values(values).onConflictDoNothing().returning({ one: sql`1` })
    added += inserted.length
  }
  return added
}

/** How much is stored of a series. */
export interface SeriesExtent {
  readonly values: number
  readonly revisions: number
  readonly first: string | null
  readonly last: string | null
}

/** Values, revisions and days of every series that has any, by name. */
export async function seriesExtents(db: Db): Promise<Map<string, SeriesExtent>> {
  const rows = await db.execute<{ series: string; values: string; days: string; first: string; last: string }>(sql`
    select series, count(*) as values, count(distinct date) as days, min(date)::text as first, max(date)::text as last
    from series_values group by series`)
  return new Map(
    rows.map(({ series: name, values, days, first, last }) => [
      name,
      { values: Number(days), revisions: Number(values) - Number(days), first, last },
    ]),
  )
}
