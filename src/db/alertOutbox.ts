import { and, asc, eq, gte, inArray, lte, sql } from 'drizzle-orm'
import type { AlertPayload, DeliveryAttempt } from '../domain/alert.js'
import { alertDeliveries, alertSubscriptions, alerts } from './alertSchema.js'
import type { Db } from './database.js'

export type AlertRow = typeof alerts.$inferSelect
export type AlertInsert = typeof alerts.$inferInsert

/** Adds alerts; returns those that were not told before (by subscription and subject). */
export async function addAlerts(tx: Db, rows: readonly AlertInsert[]): Promise<{ endpointId: string; dueAt: Date }[]> {
  if (rows.length === 0) return []
  return tx
    .insert(alerts)
    .values([...rows])
    .onConflictDoNothing()
    .returning({ endpointId: alerts.endpointId, dueAt: alerts.dueAt })
}

/** An alert to be sent, with what its subscription says of quiet hours. */
export interface DueAlert extends Pick<AlertRow, 'id' | 'payload' | 'plot' | 'attempts'> {
  readonly quietHours: typeof alertSubscriptions.$inferSelect.quietHours
  readonly timezone: string | null
}

/** The endpoint's alerts that are due, the longest waiting first; not those that wait for a digest. */
export const dueAlerts = (db: Db, endpointId: string, now: Date, limit: number): Promise<DueAlert[]> =>
  db
    .select({
      ...{ id: alerts.id, payload: alerts.payload, plot: alerts.plot, attempts: alerts.attempts },
      ...{ quietHours: alertSubscriptions.quietHours, timezone: alertSubscriptions.timezone },
    })
    .from(alerts)
    .leftJoin(alertSubscriptions, eq(alertSubscriptions.id, alerts.subscriptionId))
    .where(
      and(
        ...[eq(alerts.endpointId, endpointId), eq(alerts.isDigested, false)],
        ...[eq(alerts.status, 'pending'), lte(alerts.dueAt, now)],
      ),
    )
    .orderBy(asc(alerts.dueAt), asc(alerts.id))
    .limit(limit)

/** When the endpoint's next alert is due; null when none waits. */
export async function nextDueAt(db: Db, endpointId: string): Promise<Date | null> {
  const [row] = await db
    .select({ dueAt: alerts.dueAt })
    .from(alerts)
    .where(and(eq(alerts.endpointId, endpointId), eq(alerts.status, 'pending')))
    .orderBy(asc(alerts.dueAt))
    .limit(1)
  return row?.dueAt ?? null
}

/** What an attempt came to: another one at `dueAt`, or with null the end. */
export interface AttemptResult extends DeliveryAttempt {
  readonly dueAt: Date | null
}

/** Writes attempts into the log and what follows from them into the outbox. */
export async function recordAttempts(tx: Db, endpointId: string, results: readonly AttemptResult[]): Promise<void> {
  await tx.insert(alertDeliveries).values(results.map(({ dueAt: _, ...attempt }) => ({ ...attempt, endpointId })))
  const rows = results.map(({ alertId, attempt, outcome, dueAt, at }) => {
    const status = outcome === 'delivered' ? 'delivered' : dueAt ? 'pending' : 'dead'
    const finishedAt = status === 'pending' ? null : at.toISOString()
    return { id: alertId, attempt, status, due: dueAt?.toISOString() ?? null, finished: finishedAt }
  })
  await tx.execute(sql`
    update alerts set attempts = r.attempt, status = r.status, due_at = coalesce(r.due, due_at), finished_at = r.finished
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(id text, attempt int, status text, due timestamptz, finished timestamptz)
    where alerts.id = r.id`)
}

/** Ends everything that still waits for the endpoint. */
export async function buryPending(tx: Db, endpointId: string, now: Date): Promise<void> {
  await tx
    .update(alerts)
    .set({ status: 'dead', finishedAt: now })
    .where(and(eq(alerts.endpointId, endpointId), eq(alerts.status, 'pending')))
}

/** Alerts of mode `digest` that are due, oldest first. */
export const dueForDigest = (
  tx: Db,
  endpointId: string,
  now: Date,
): Promise<{ id: string; subscriptionId: string | null; payload: AlertPayload; dueAt: Date }[]> =>
  tx
    .select({ id: alerts.id, subscriptionId: alerts.subscriptionId, payload: alerts.payload, dueAt: alerts.dueAt })
    .from(alerts)
    .where(
      and(
        ...[eq(alerts.endpointId, endpointId), eq(alerts.isDigested, true)],
        ...[eq(alerts.status, 'pending'), lte(alerts.dueAt, now)],
      ),
    )
    .orderBy(asc(alerts.createdAt))

/** Marks alerts as told by a digest. */
export async function markMerged(tx: Db, ids: readonly string[], now: Date): Promise<void> {
  await tx
    .update(alerts)
    .set({ status: 'merged', finishedAt: now })
    .where(inArray(alerts.id, [...ids]))
}

/** Puts ended alerts back to be sent once more under their own ids; returns their endpoints, one for each alert. */
export async function replayAlerts(
  tx: Db,
  which: { readonly alertId: string } | { readonly endpointId: string; readonly since: Date },
  now: Date,
): Promise<string[]> {
  const chosen =
    'alertId' in which
      ? eq(alerts.id, which.alertId)
      : and(eq(alerts.endpointId, which.endpointId), gte(alerts.createdAt, which.since))
  const rows = await tx
    .update(alerts)
    .set({ status: 'pending', attempts: 0, dueAt: now, finishedAt: null })
    .where(and(chosen, inArray(alerts.status, ['delivered', 'dead'])))
    .returning({ endpointId: alerts.endpointId })
  return rows.map(({ endpointId }) => endpointId)
}

/** Forgets what ended before `before`, with its log; returns how many alerts. */
export async function pruneAlerts(db: Db, before: Date): Promise<number> {
  const gone = await db.delete(alerts).where(lte(alerts.finishedAt, before)).returning({ id: alerts.id })
  return gone.length
}
