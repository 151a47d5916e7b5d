import { asc, eq, sql } from 'drizzle-orm'
import { alertEndpoints } from './alertSchema.js'
import type { Db } from './database.js'

export type EndpointRow = typeof alertEndpoints.$inferSelect
export type EndpointInsert = typeof alertEndpoints.$inferInsert

export const findEndpoint = async (db: Db, id: string): Promise<EndpointRow | undefined> =>
  (await db.select().from(alertEndpoints).where(eq(alertEndpoints.id, id)))[0]

/** The endpoint, which nobody else changes until the transaction ends. */
export const lockEndpoint = async (tx: Db, id: string): Promise<EndpointRow | undefined> =>
  (await tx.select().from(alertEndpoints).where(eq(alertEndpoints.id, id)).for('no key update'))[0]

export const allEndpoints = (db: Db): Promise<EndpointRow[]> =>
  db.select().from(alertEndpoints).orderBy(asc(alertEndpoints.createdAt))

export async function insertEndpoint(db: Db, row: EndpointInsert): Promise<void> {
  await db.insert(alertEndpoints).values(row)
}

/** Changes an endpoint; false when there is none of that id. */
export async function updateEndpoint(db: Db, id: string, change: Partial<EndpointInsert>): Promise<boolean> {
  const changed = await db
    .update(alertEndpoints)
    .set(change)
    .where(eq(alertEndpoints.id, id))
    .returning({ id: alertEndpoints.id })
  return changed.length > 0
}

/** Removes an endpoint with its subscriptions, alerts and log; false when there is none of that id. */
export async function deleteEndpoint(db: Db, id: string): Promise<boolean> {
  const gone = await db.delete(alertEndpoints).where(eq(alertEndpoints.id, id)).returning({ id: alertEndpoints.id })
  return gone.length > 0
}

/**
 * Reserves `count` places in the common budget of `perSecond` alerts over all endpoints and processes.
 *
 * @returns how many milliseconds to wait before sending them.
 */
export async function reserveBudget(db: Db, count: number, perSecond: number, now: Date): Promise<number> {
  const ms = (count * 1000) / perSecond
  const [row] = await db.execute<{ freeAt: string }>(sql`
    insert into alert_budget as b (id, free_at)
    values (1, ${now.toISOString()}::timestamptz + ${ms} * interval '1 millisecond')
    on conflict (id) do update
      set free_at = greatest(b.free_at, ${now.toISOString()}::timestamptz) + ${ms} * interval '1 millisecond'
    returning to_char(free_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "freeAt"`)
  // A second's worth may go out at once.
  return Math.max(0, Date.parse(row!.freeAt) - now.getTime() - Math.max(1_000, ms))
}
