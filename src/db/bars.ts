import { asc, desc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { AdjustedBar } from '../domain/bar.js'
import { copyRows } from './copyRows.js'
import type { Db } from './database.js'
import { barRevisions, bars } from './schema.js'

/** Rows per statement: 15 columns each stay well below PostgreSQL's limit of 65,535 parameters. */
const CHUNK = 2_000
/** From so many rows on COPY is quicker. */
const COPY_FROM = 200

/** A bar with who served it and the factor that makes it comparable with all others. */
export interface BarRow extends AdjustedBar {
  readonly provider: string
  readonly factor: number
}

const { ticker: _, ingestedAt: __, adjustedClose: ___, ...rowColumns } = getTableColumns(bars)
const { provider: ____, factor: _____, ...barColumns } = rowColumns

/** All bars of a ticker in session order. */
export const barsOf = (db: Db, ticker: string): Promise<AdjustedBar[]> =>
  db.select(barColumns).from(bars).where(eq(bars.ticker, ticker)).orderBy(asc(bars.session))

/** The newest `last` bars of a ticker, or all of them, in session order. */
export async function barRows(db: Db, ticker: string, last?: number): Promise<BarRow[]> {
  const query = db.select(rowColumns).from(bars).where(eq(bars.ticker, ticker)).orderBy(desc(bars.session))
  return (await (last === undefined ? query : query.limit(last))).reverse()
}

/** Adds bars of sessions that are not stored yet. */
export async function insertBars(db: Db, ticker: string, added: readonly BarRow[], now: Date): Promise<void> {
  if (added.length < COPY_FROM) return upsertBars(db, ticker, added, now)
  const columns = [
    ...['ticker', 'session', 'open', 'high', 'low', 'close', 'volume', 'previous_close', 'extras'],
    ...['ratio', 'ratio_source', 'factor', 'provider', 'ingested_at'],
  ]
  await copyRows(db, 'bars', columns, cellsOf(ticker, added, now.toISOString()))
}

function* cellsOf(ticker: string, added: readonly BarRow[], at: string): Generator<(string | number | null)[]> {
  for (const bar of added)
    yield [
      ...[ticker, bar.session, bar.open, bar.high, bar.low, bar.close, bar.volume, bar.previousClose],
      ...[JSON.stringify(bar.extras), bar.ratio, bar.ratioSource, bar.factor, bar.provider, at],
    ]
}

/** Inserts bars, or overwrites those of the same session. */
export async function upsertBars(db: Db, ticker: string, changed: readonly BarRow[], now: Date): Promise<void> {
  for (let from = 0; from < changed.length; from += CHUNK) {
    const rows = changed.slice(from, from + CHUNK).map((bar) => ({ ...bar, ticker, ingestedAt: now }))
    await db
      .insert(bars)
      .values(rows)
      .onConflictDoUpdate({
        target: [bars.ticker, bars.session],
        set: {
          open: sql`excluded.open`,
          high: sql`excluded.high`,
          low: sql`excluded.low`,
          close: sql`excluded.close`,
          volume: sql`excluded.volume`,
          previousClose: sql`excluded.previous_close`,
          extras: sql`excluded.extras`,
          ratio: sql`excluded.ratio`,
          ratioSource: sql`excluded.ratio_source`,
          factor: sql`excluded.factor`,
          provider: sql`excluded.provider`,
          ingestedAt: sql`excluded.ingested_at`,
        },
      })
  }
}

/** Keeps what corrected bars said before, and who had served them. */
export async function recordRevisions(db: Db, ticker: string, earlier: readonly BarRow[], now: Date): Promise<void> {
  for (let from = 0; from < earlier.length; from += CHUNK) {
    const rows = earlier.slice(from, from + CHUNK).map(({ provider, ...bar }) => ({
      ...{ ticker, provider, session: bar.session },
      earlier: { ...bar },
      revisedAt: now,
    }))
    await db.insert(barRevisions).values(rows)
  }
}
