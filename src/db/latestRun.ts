import { desc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { TickerProgress } from '../domain/run.js'
import type { Db } from './database.js'
import { runs, runTickers } from './runSchema.js'
import type { RunRow } from './runs.js'

/** `progress` of all tickers by symbol. */
const progress = sql<Record<string, TickerProgress>>`(
  select coalesce(jsonb_object_agg(${runTickers.ticker}, ${runTickers.progress} order by ${runTickers.ticker}), '{}')
  from ${runTickers} where ${eq(runTickers.runId, sql`"runs"."id"`)})`

/** A run with how far each ticker has come. */
export const runRowColumns = { ...getTableColumns(runs), progress }

/** The run that started last, or undefined before the first. */
export const latestRun = async (db: Db): Promise<RunRow | undefined> =>
  (await db.select(runRowColumns).from(runs).orderBy(desc(runs.startedAt)).limit(1))[0]

/** A ticker's own part in the run that last began with it, or undefined before the first. */
export async function latestRunOf(db: Db, ticker: string): Promise<RunRow | undefined> {
  const part = sql`${eq(runTickers.runId, sql`"runs"."id"`)} and ${eq(runTickers.ticker, ticker)}
    and (progress ->> 'stage' <> 'waiting' or log <> '[]')`
  const own = sql<RunRow['progress']>`(select jsonb_build_object(ticker, progress) from ${runTickers} where ${part})`
  return (
    await db
      .select({ ...getTableColumns(runs), progress: own })
      .from(runs)
      .where(sql`exists (select from ${runTickers} where ${part})`)
      .orderBy(desc(runs.startedAt))
      .limit(1)
  )[0]
}
