import { sql } from 'drizzle-orm'
import type { Db } from './database.js'
import type { runs } from './runSchema.js'

export type RecentRun = typeof runs.$inferSelect & {
  /** Tickers that are done or have failed, of `total`; what a dead process left is neither. */
  readonly done: number
  readonly failed: number
  readonly total: number
}

const moments = ['startedAt', 'heartbeatAt', 'finishedAt', 'cancelledAt', 'lastRepeatAt'] as const

/** The newest `limit` runs, newest first, of those that began before `before`. */
export async function recentRuns(db: Db, limit: number, before?: Date): Promise<RecentRun[]> {
  const rows = await db.execute<Record<string, unknown>>(sql`
    select id, trigger, exchange, is_queued as "isQueued", status, error, started_at as "startedAt",
      heartbeat_at as "heartbeatAt", finished_at as "finishedAt", cancelled_at as "cancelledAt", repeats,
      last_repeat_at as "lastRepeatAt", part.*
    from (
      select * from runs where ${before ? sql`started_at < ${before.toISOString()}` : sql`true`}
      order by started_at desc limit ${limit}
    ) newest
    cross join lateral (
      select count(*) filter (where progress ->> 'stage' in ('done', 'failed'))::int as done, count(*)::int as total,
        count(*) filter (where progress ->> 'stage' = 'failed')::int as failed
      from run_tickers where run_id = newest.id
    ) part
    order by started_at desc`)
  return rows.map(
    (row) => ({ ...row, ...Object.fromEntries(moments.map((name) => [name, momentOf(row[name])])) }) as RecentRun,
  )
}

const momentOf = (value: unknown): Date | null => (value === null ? null : new Date(value as string))
