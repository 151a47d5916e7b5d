import { and, desc, eq, lt, or, type SQL } from 'drizzle-orm'
import type { Db } from './database.js'
import { runRowColumns } from './latestRun.js'
import { runs } from './runSchema.js'
import type { RunRow } from './runs.js'

/** Where a page of runs ends: the newest first. */
export interface RunCursor {
  readonly startedAt: Date
  readonly id: string
}

/** At most `limit` runs, newest first, those after `cursor`. */
export const runPage = (db: Db, limit: number, cursor?: RunCursor): Promise<(typeof runs.$inferSelect)[]> =>
  db
    .select()
    .from(runs)
    .where(cursor && before(cursor))
    .orderBy(desc(runs.startedAt), desc(runs.id))
    .limit(limit)

const before = ({ startedAt, id }: RunCursor): SQL | undefined =>
  or(lt(runs.startedAt, startedAt), and(eq(runs.startedAt, startedAt), lt(runs.id, id)))

/** The run of that id with how far each ticker has come. */
export const findRun = async (db: Db, id: string): Promise<RunRow | undefined> =>
  (await db.select(runRowColumns).from(runs).where(eq(runs.id, id)))[0]
