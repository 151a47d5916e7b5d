import { eq, inArray, lte, sql } from 'drizzle-orm'
import { loginFailures } from './accessSchema.js'
import type { Db } from './database.js'

export interface FailureCount {
  readonly key: string
  readonly failures: number
  readonly resetsAt: Date
}

/** Counts one attempt for each key before it is judged, so that attempts side by side cannot outrun the count. */
export async function countAttempt(
  db: Db,
  keys: readonly string[],
  now: Date,
  windowMs: number,
): Promise<FailureCount[]> {
  await db.delete(loginFailures).where(lte(loginFailures.resetsAt, now))
  const resetsAt = new Date(now.getTime() + windowMs)
  // In one order, so that two attempts never wait for one another.
  const rows = [...keys].sort().map((key) => ({ key, failures: 1, resetsAt }))
  return db
    .insert(loginFailures)
    .values(rows)
    .onConflictDoUpdate({ target: loginFailures.key, set: { failures: sql`${loginFailures.failures} + 1` } })
    .returning()
}

/** Takes an attempt back that was right after all, and forgets the failures of `name`. */
export async function forgetFailures(db: Db, keys: readonly string[], name: string): Promise<void> {
  await db
    .update(loginFailures)
    .set({ failures: sql`greatest(${loginFailures.failures} - 1, 0)` })
    .where(inArray(loginFailures.key, [...keys]))
  await db.delete(loginFailures).where(eq(loginFailures.key, name))
}
