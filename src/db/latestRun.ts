import { desc } from 'drizzle-orm'
import type { Db } from './database.js'
import type { RunRow } from './runs.js'
import { runs } from './schema.js'

/** The run that started last, or undefined before the first. */
export const latestRun = async (db: Db): Promise<RunRow | undefined> =>
  (await db.select().from(runs).orderBy(desc(runs.startedAt)).limit(1))[0]
