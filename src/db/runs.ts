import { and, desc, eq, isNull, ne, type SQL, sql } from 'drizzle-orm'
import {
  hasChanged,
  NOTHING_DONE,
  type RunStatus,
  type RunTrigger,
  type TickerFacts,
  type TickerProgress,
} from '../domain/run.js'
import type { Db } from './database.js'
import { exchangeSuccesses, runs, runTickers } from './runSchema.js'

export type RunRow = typeof runs.$inferSelect & {
  /** How far each ticker has come. */
  readonly progress: Readonly<Record<string, TickerProgress>>
}

/** Channel on which the dashboard hears that a run has come further; the payload is the run's id. */
export const PROGRESS_CHANNEL = 'mambacast_progress'

export interface NewRun {
  readonly id: string
  readonly trigger: RunTrigger
  readonly exchange: string | null
  readonly isQueued: boolean
  readonly tickers: readonly string[]
  readonly now: Date
}

/** Begins a run in which every ticker waits. Call it in a transaction. */
export async function beginRun(db: Db, { tickers, now, ...run }: NewRun): Promise<void> {
  await db.insert(runs).values({ ...run, status: 'running', startedAt: now, heartbeatAt: now })
  const progress: TickerProgress = { stage: 'waiting', done: 0, total: 0 }
  await db
    .insert(runTickers)
    .values(tickers.map((ticker) => ({ runId: run.id, ticker, progress, facts: NOTHING_DONE })))
  await tell(db, run.id)
}

/** Saves how far tickers have come. Returns false when the run is to end: it was cancelled, or is over. */
export async function saveProgress(
  db: Db,
  runId: string,
  progress: Readonly<Record<string, TickerProgress>>,
  now: Date,
): Promise<boolean> {
  await db.execute(sql`
    update run_tickers set progress = said.value, log = ${longerLog(sql`said.value`, now)}
    from jsonb_each(${JSON.stringify(progress)}::jsonb) said
    where run_id = ${runId} and ticker = said.key and finished_at is null`)
  const alive = await db
    .update(runs)
    .set({ heartbeatAt: now })
    .where(and(eq(runs.id, runId), eq(runs.status, 'running')))
    .returning({ cancelledAt: runs.cancelledAt })
  await tell(db, runId)
  return alive.length > 0 && alive[0]!.cancelledAt === null
}

/** Ends a ticker's part in a run. Returns false when it had ended before. */
export async function finishTicker(
  db: Db,
  runId: string,
  ticker: string,
  end: { progress: TickerProgress; facts: TickerFacts },
  now: Date,
): Promise<boolean> {
  const finished = await db
    .update(runTickers)
    .set({ ...end, finishedAt: now, log: longerLog(sql`${JSON.stringify(end.progress)}::jsonb`, now) })
    .where(and(eq(runTickers.runId, runId), eq(runTickers.ticker, ticker), isNull(runTickers.finishedAt)))
    .returning({ ticker: runTickers.ticker })
  return finished.length > 0
}

/** The log of a ticker with a line for `progress`, where that tells of another stage or has something else to say. */
const longerLog = (progress: SQL, now: Date) => sql`
  case when progress ->> 'stage' = ${progress} ->> 'stage'
    and progress ->> 'message' is not distinct from ${progress} ->> 'message'
  then log
  else log || jsonb_strip_nulls(jsonb_build_object('at', ${now.toISOString()}::text, 'stage', ${progress} -> 'stage',
    'message', ${progress} -> 'message'))
  end`

export interface RunEnd {
  readonly status: Exclude<RunStatus, 'running'>
  /** One line a failed ticker. */
  readonly error: string | null
  /** False when everything was there already. */
  readonly changed: boolean
}

/**
 * Ends a run all of whose tickers have ended: call it after each `finishTicker`, in its transaction. One that changed
 * nothing is folded into the one before it; asked for by hand and failed before it wrote anything, it leaves no trace.
 *
 * @returns undefined while a ticker is not done, or when the run has ended before.
 */
export async function endRun(db: Db, runId: string, now: Date, interrupted = false): Promise<RunEnd | undefined> {
  const [run] = await db.select().from(runs).where(eq(runs.id, runId)).for('update')
  if (run?.status !== 'running') return undefined
  const tickers = await db.select().from(runTickers).where(eq(runTickers.runId, runId)).orderBy(runTickers.ticker)
  if (tickers.some((ticker) => ticker.finishedAt === null)) return undefined

  const failures = tickers.filter(({ progress }) => progress.stage === 'failed')
  const error = failures.map(({ ticker, progress }) => progress.message ?? ticker).join('\n') || null
  const status = run.cancelledAt ? 'cancelled' : interrupted ? 'interrupted' : failures.length > 0 ? 'failed' : 'done'
  const end: RunEnd = { status, error, changed: tickers.some(({ facts }) => hasChanged(facts)) }
  await tell(db, runId)
  if (run.exchange && status === 'done') await noteSuccess(db, run.exchange, now)
  if (!end.changed && run.trigger === 'cli' && status !== 'done') await db.delete(runs).where(eq(runs.id, runId))
  else if (end.changed || !(await fold(db, run, end, now)))
    await db.update(runs).set({ status, error, finishedAt: now, heartbeatAt: now }).where(eq(runs.id, runId))
  return end
}

async function noteSuccess(db: Db, exchange: string, succeededAt: Date): Promise<void> {
  await db
    .insert(exchangeSuccesses)
    .values({ exchange, succeededAt })
    .onConflictDoUpdate({ target: exchangeSuccesses.exchange, set: { succeededAt } })
}

/** Counts a run that changed nothing on the one before it, when that one ended the same way. */
async function fold(db: Db, run: typeof runs.$inferSelect, end: RunEnd, now: Date): Promise<boolean> {
  const [before] = await db.select().from(runs).where(ne(runs.id, run.id)).orderBy(desc(runs.startedAt)).limit(1)
  if (!before || before.status !== end.status || before.error !== end.error) return false
  await db
    .update(runs)
    .set({ repeats: sql`${runs.repeats} + 1`, lastRepeatAt: now })
    .where(eq(runs.id, before.id))
  await db.delete(runs).where(eq(runs.id, run.id))
  return true
}

/** Asks for the end of a run. Returns false when it is not running. */
export async function requestCancel(db: Db, runId: string, now: Date): Promise<boolean> {
  const asked = await db
    .update(runs)
    .set({ cancelledAt: now })
    .where(and(eq(runs.id, runId), eq(runs.status, 'running')))
    .returning({ id: runs.id })
  return asked.length > 0
}

async function tell(db: Db, runId: string): Promise<void> {
  await db.execute(sql`select pg_notify(${PROGRESS_CHANNEL}, ${runId})`)
}
