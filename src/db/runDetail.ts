import { and, asc, eq, sql } from 'drizzle-orm'
import type { Db } from './database.js'
import { runs, runTickers, tickerPauses } from './runSchema.js'
import { tickers } from './schema.js'

export type RunTicker = Omit<typeof runTickers.$inferSelect, 'runId'>

export interface RunDetail {
  readonly run: typeof runs.$inferSelect
  /** By symbol. */
  readonly tickers: readonly RunTicker[]
}

/** A run with the part of each ticker, or undefined: one that changed nothing is folded into the one before it. */
export async function runDetail(db: Db, id: string): Promise<RunDetail | undefined> {
  const [run] = await db.select().from(runs).where(eq(runs.id, id))
  if (!run) return undefined
  const { ticker, progress, facts, log, finishedAt } = runTickers
  const rows = await db
    .select({ ticker, progress, facts, log, finishedAt })
    .from(runTickers)
    .where(eq(runTickers.runId, id))
    .orderBy(asc(ticker))
  return { run, tickers: rows }
}

/** The tickers that failed in a run and may be tried again: still followed, and not paused. */
export async function failedTickers(db: Db, runId: string): Promise<string[]> {
  const rows = await db
    .select({ ticker: runTickers.ticker })
    .from(runTickers)
    .innerJoin(tickers, and(eq(tickers.symbol, runTickers.ticker), tickers.active))
    .where(
      and(
        eq(runTickers.runId, runId),
        sql`${runTickers.progress} ->> 'stage' = 'failed'`,
        sql`not exists (select from ${tickerPauses} p where p.ticker = ${runTickers.ticker})`,
      ),
    )
    .orderBy(asc(runTickers.ticker))
  return rows.map(({ ticker }) => ticker)
}
