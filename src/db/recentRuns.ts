import { count, desc, eq, getTableColumns } from 'drizzle-orm'
import type { Db } from './database.js'
import { runs, runTickers } from './runSchema.js'

export type RecentRun = typeof runs.$inferSelect & {
  /** Tickers whose part has ended, of `total`. */
  readonly done: number
  readonly total: number
}

/** The newest `limit` runs, newest first. */
export const recentRuns = (db: Db, limit: number): Promise<RecentRun[]> =>
  db
    .select({ ...getTableColumns(runs), done: count(runTickers.finishedAt), total: count(runTickers.ticker) })
    .from(runs)
    .leftJoin(runTickers, eq(runTickers.runId, runs.id))
    .groupBy(runs.id)
    .orderBy(desc(runs.startedAt))
    .limit(limit)
