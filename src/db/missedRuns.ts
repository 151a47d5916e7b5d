import { and, asc, eq, isNull, notInArray, sql } from 'drizzle-orm'
import type { Db } from './database.js'
import { missedRuns } from './runSchema.js'

/** A moment of an exchange's schedule whose forecasts were not made in time. */
export interface MissedRun {
  readonly exchange: string
  readonly dueAt: Date
  /** Those that had no forecast when it was noticed. */
  readonly tickers: readonly string[]
}

/** Stores a missed run; returns false when it was known. */
export async function noteMissedRun(db: Db, { tickers, ...missed }: MissedRun, noticedAt: Date): Promise<boolean> {
  const added = await db
    .insert(missedRuns)
    .values({ ...missed, tickers: [...tickers], noticedAt })
    .onConflictDoNothing()
    .returning({ exchange: missedRuns.exchange })
  return added.length > 0
}

/** Ends the missed runs of an exchange but for the one due at `open`; returns those that ended. */
export const endMissedRuns = (db: Db, exchange: string, open: Date | undefined, endedAt: Date): Promise<MissedRun[]> =>
  db
    .update(missedRuns)
    .set({ endedAt })
    .where(
      and(eq(missedRuns.exchange, exchange), isNull(missedRuns.endedAt), open && notInArray(missedRuns.dueAt, [open])),
    )
    .returning(shown)

/** Missed runs that nobody has made good yet, by exchange. */
export const openMissedRuns = (db: Db): Promise<MissedRun[]> =>
  db.select(shown).from(missedRuns).where(isNull(missedRuns.endedAt)).orderBy(asc(missedRuns.exchange))

const shown = { exchange: missedRuns.exchange, dueAt: missedRuns.dueAt, tickers: missedRuns.tickers }

/** Tickers of an exchange that were expected to be forecast at `dueAt`: active, not paused, and known by then. */
export async function expectedTickers(db: Db, exchange: string, dueAt: Date): Promise<string[]> {
  const rows = await db.execute<{ symbol: string }>(sql`
    select symbol from tickers
    where active and exchange = ${exchange} and added_at <= ${dueAt.toISOString()}::timestamptz
      and not exists (select from ticker_pauses where ticker = symbol)
    order by symbol`)
  return rows.map(({ symbol }) => symbol)
}
