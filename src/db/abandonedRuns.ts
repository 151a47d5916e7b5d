import { sql } from 'drizzle-orm'
import type { Db } from './database.js'

/** A run whose last job ended a moment ago may not have heard of it. */
const SETTLED_AFTER_S = 30

/**
 * Marks runs as interrupted whose process has died: it held a lock named after the run. Never call it on the connection
 * that holds such locks.
 *
 * @returns ids of the runs.
 */
export async function interruptDeadRuns(db: Db, now: Date): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    with candidates as materialized (
      select id from runs where status = 'running' and not is_queued for update skip locked
    ), dead as materialized (
      select id from candidates where pg_try_advisory_xact_lock(hashtextextended('run:' || id::text, 0))
    ), parts as (
      update run_tickers set finished_at = ${now.toISOString()} from dead where run_id = dead.id and finished_at is null
    )
    update runs set status = 'interrupted', finished_at = ${now.toISOString()},
      error = 'the process ended before the run did'
    from dead where runs.id = dead.id
    returning runs.id`)
  return rows.map(({ id }) => id)
}

/** Parts of queued runs that wait for a job which is no longer there: it expired, or somebody removed it by hand. */
export async function orphanedParts(db: Db): Promise<{ runId: string; ticker: string }[]> {
  const rows = await db.execute<{ runId: string; ticker: string }>(sql`
    select part.run_id as "runId", part.ticker
    from run_tickers part join runs run on run.id = part.run_id
    where run.status = 'running' and run.is_queued and part.finished_at is null
      and run.started_at < now() - ${SETTLED_AFTER_S} * interval '1 second'
      and not exists (
        select from pgboss.job job
        where job.state < 'completed' and job.data ->> 'runId' = part.run_id::text and job.data ->> 'ticker' = part.ticker
      )`)
  return [...rows]
}
