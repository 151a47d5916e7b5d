import { and, asc, inArray, isNull, sql } from 'drizzle-orm'
import { alertEndpoints } from './alertSchema.js'
import type { Db } from './database.js'
import type { Queue } from './queue.js'

export interface Wake {
  readonly endpointId: string
  readonly at: Date
}

/**
 * Sees to it that each endpoint is served at the given moment or before: enqueues a job for those whose own job comes
 * later, in the caller's transaction. The row's `wake_at` names the one valid job; jobs of earlier wakes find theirs
 * replaced and end. The lock is taken even where nothing changes: a job about to end waits for this transaction and
 * then sees its alerts.
 */
export async function wakeEndpoints(tx: Db, queue: Queue, wakes: readonly Wake[]): Promise<void> {
  if (wakes.length === 0) return
  const earliest = new Map<string, Date>()
  for (const { endpointId, at } of wakes) {
    const known = earliest.get(endpointId)
    if (!known || at < known) earliest.set(endpointId, at)
  }
  const rows = await tx
    .select({ id: alertEndpoints.id, wakeAt: alertEndpoints.wakeAt })
    .from(alertEndpoints)
    .where(and(inArray(alertEndpoints.id, [...earliest.keys()]), isNull(alertEndpoints.disabledAt)))
    .orderBy(asc(alertEndpoints.id)) // One order for all, so that no two transactions wait for each other.
    .for('no key update')
  const late = rows.filter(({ id, wakeAt }) => wakeAt === null || wakeAt > earliest.get(id)!)
  for (const { id } of late) await setWake(tx, queue, id, earliest.get(id)!)
}

/** Makes the job due at `at` the endpoint's valid one; with null it has none. The caller holds the endpoint's lock. */
export async function setWake(tx: Db, queue: Queue, endpointId: string, at: Date | null): Promise<void> {
  await tx.execute(sql`update alert_endpoints set wake_at = ${at?.toISOString() ?? null} where id = ${endpointId}`)
  if (at) await queue.send(tx, [{ kind: 'deliver', data: { endpointId, wakeAt: at.toISOString() }, startAfter: at }])
}

/**
 * Wakes endpoints whose job was lost, as after too many dead workers: something has been due for `graceMs` and so has the
 * job. Returns how many.
 */
export const rewakeEndpoints = (db: Db, queue: Queue, now: Date, graceMs: number): Promise<number> =>
  db.transaction(async (tx) => {
    const before = new Date(now.getTime() - graceMs).toISOString()
    const rows = await tx.execute<{ id: string }>(sql`
      select id from alert_endpoints e
      where disabled_at is null and coalesce(wake_at, ${before}) <= ${before}
        and exists (select from alerts where endpoint_id = e.id and status = 'pending' and due_at <= ${before})
      order by id for no key update skip locked`)
    for (const { id } of rows) await setWake(tx, queue, id, now)
    return rows.length
  })
