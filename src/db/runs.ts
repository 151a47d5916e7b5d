import { and, desc, eq, ne, sql } from 'drizzle-orm'
import type postgres from 'postgres'
import type { RunStatus, RunTrigger, TickerProgress } from '../domain/run.js'
import type { Db } from './database.js'
import { runs } from './schema.js'

export type RunRow = typeof runs.$inferSelect

/** Any fixed number: whoever runs holds this advisory lock; it ends with its connection, so a killed run frees it. */
const RUN_LOCK = 7_204_022

/**
 * Waits for the one run lock and does `work` while it is held.
 *
 * @param onWait Called once when another process holds the lock.
 */
export async function withRunLock<T>(pool: postgres.Sql, work: () => Promise<T>, onWait: () => void): Promise<T> {
  const connection = await pool.reserve()
  try {
    const [row] = await connection<{ free: boolean }[]>`select pg_try_advisory_lock(${RUN_LOCK}) as free`
    if (!row?.free) {
      onWait()
      await connection`select pg_advisory_lock(${RUN_LOCK})`
    }
    try {
      return await work()
    } finally {
      await connection`select pg_advisory_unlock(${RUN_LOCK})`
    }
  } finally {
    connection.release()
  }
}

/** Begins a run. Call with the run lock held: any other run still marked running is dead, and is marked so. */
export async function startRun(db: Db, trigger: RunTrigger, now: Date): Promise<string> {
  await db
    .update(runs)
    .set({ status: 'interrupted', finishedAt: now, error: 'the process ended before the run did' })
    .where(eq(runs.status, 'running'))
  const [row] = await db
    .insert(runs)
    .values({ trigger, status: 'running', startedAt: now, heartbeatAt: now })
    .returning({ id: runs.id })
  return row!.id
}

export async function saveProgress(
  db: Db,
  id: string,
  progress: Readonly<Record<string, TickerProgress>>,
  now: Date,
): Promise<void> {
  await db
    .update(runs)
    .set({ progress: { ...progress }, heartbeatAt: now })
    .where(eq(runs.id, id))
}

export async function finishRun(
  db: Db,
  id: string,
  end: { status: Exclude<RunStatus, 'running'>; error: string | null },
  now: Date,
): Promise<void> {
  await db
    .update(runs)
    .set({ ...end, finishedAt: now, heartbeatAt: now })
    .where(eq(runs.id, id))
}

/**
 * Folds a run that changed nothing into the one before it, when that one ended the same way: it is counted there and
 * leaves no row of its own. Returns false when there is no such run before it.
 */
export const foldRun = (
  db: Db,
  id: string,
  end: { status: RunStatus; error: string | null },
  now: Date,
): Promise<boolean> =>
  db.transaction(async (tx) => {
    const [before] = await tx.select().from(runs).where(ne(runs.id, id)).orderBy(desc(runs.startedAt)).limit(1)
    if (!before || before.status !== end.status || before.error !== end.error) return false
    await tx
      .update(runs)
      .set({ repeats: sql`${runs.repeats} + 1`, lastRepeatAt: now })
      .where(and(eq(runs.id, before.id)))
    await tx.delete(runs).where(eq(runs.id, id))
    return true
  })

/** Takes back a run that could not begin: nothing was read or written. */
export async function discardRun(db: Db, id: string): Promise<void> {
  await db.delete(runs).where(eq(runs.id, id))
}
