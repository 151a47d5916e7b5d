import { asc, eq, sql } from 'drizzle-orm'
import type { AdjustedBar } from '../domain/bar.js'
import type { Db } from './database.js'
import { barRevisions, bars } from './schema.js'

/** Rows per statement: 14 columns each stay well below PostgreSQL's limit of 65,535 parameters. */
const CHUNK = 2_000

/** All bars of a ticker in session order. */
export const barsOf = (db: Db, ticker: string): Promise<AdjustedBar[]> =>
  db
    .select({
      session: bars.session,
      open: bars.open,
      high: bars.high,
      low: bars.low,
      close: bars.close,
      volume: bars.volume,
      previousClose: bars.previousClose,
      extras: bars.extras,
      ratio: bars.ratio,
      ratioSource: bars.ratioSource,
    })
    .from(bars)
    .where(eq(bars.ticker, ticker))
    .orderBy(asc(bars.session))

/** Inserts bars, or overwrites those of the same session. */
export async function upsertBars(
  db: Db,
  ticker: string,
  provider: string,
  changed: readonly AdjustedBar[],
  now: Date,
): Promise<void> {
  for (let from = 0; from < changed.length; from += CHUNK) {
    const rows = changed.slice(from, from + CHUNK).map((bar) => ({ ...bar, ticker, provider, ingestedAt: now }))
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
          provider: sql`excluded.provider`,
          ingestedAt: sql`excluded.ingested_at`,
        },
      })
  }
}

/** Keeps what corrected bars said before. */
export async function recordRevisions(
  db: Db,
  ticker: string,
  provider: string,
  earlier: readonly { session: string }[],
  now: Date,
): Promise<void> {
  for (let from = 0; from < earlier.length; from += CHUNK) {
    const rows = earlier
      .slice(from, from + CHUNK)
      .map((bar) => ({ ticker, session: bar.session, earlier: { ...bar }, provider, revisedAt: now }))
    await db.insert(barRevisions).values(rows)
  }
}
