import { sql } from 'drizzle-orm'
import { JOB_KINDS, type Job, type JobKind } from '../domain/job.js'
import type { Db } from './database.js'
import { JOB_CHANNEL } from './queue.js'

/** A job that outlives this many of its workers most likely kills them. */
const MOST_DEATHS = 10

export interface Reclaimed {
  readonly id: string
  readonly kind: JobKind
  /** False when it has seen too many deaths and counts as failed. */
  readonly isRetried: boolean
  readonly runId: string
  readonly ticker: string | null
}

/**
 * Hands jobs of dead workers back to the queue: those at work whose lock nobody holds (see lease.ts). Never call it on a
 * lease's own connection, which would find its locks free.
 *
 * The row is locked first and read as it is then; a job whose worker is just taking or ending it is passed over.
 * pg-boss has no call for this, so it is the one place that writes pg-boss's table: `started_on` is cleared because
 * pg-boss counts an attempt where it is set.
 */
export async function reclaimJobs(db: Db): Promise<Reclaimed[]> {
  const kinds = sql.join(
    JOB_KINDS.map((kind) => sql`${kind}`),
    sql`, `,
  )
  const rows = await db.execute<Reclaimed & Record<string, unknown>>(sql`
    with active as materialized (
      select name, id from pgboss.job where name in (${kinds}) and state = 'active' for update skip locked
    ), dead as materialized (
      select name, id from active where pg_try_advisory_xact_lock(hashtextextended(id::text, 0))
    ), counted as (
      update pgboss.job j set
        data = j.data || jsonb_build_object('deaths', coalesce((j.data ->> 'deaths')::int, 0) + 1),
        state = (case when coalesce((j.data ->> 'deaths')::int, 0) + 1 < ${MOST_DEATHS} then 'retry' else 'failed' end)::pgboss.job_state,
        completed_on = case when coalesce((j.data ->> 'deaths')::int, 0) + 1 < ${MOST_DEATHS} then null else now() end,
        started_on = null, start_after = now()
      from dead where j.name = dead.name and j.id = dead.id
      returning j.id, j.name, j.state, j.data
    )
    select id, name as kind, state = 'retry' as "isRetried", data ->> 'runId' as "runId", data ->> 'ticker' as ticker,
      pg_notify(${JOB_CHANNEL}, name) is null as told
    from counted`)
  return rows.map(({ id, kind, isRetried, runId, ticker }) => ({ id, kind, isRetried, runId, ticker }))
}

/** Puts a job back that was taken in vain; it counts neither as an attempt nor as a death. Wait `delayMs` before the next. */
export async function handBack(db: Db, { id, kind }: Job, delayMs: number): Promise<void> {
  await db.execute(sql`
    with back as (
      update pgboss.job set state = 'retry', started_on = null, start_after = now() + ${delayMs} * interval '1 millisecond'
      where name = ${kind} and id = ${id} and state = 'active' returning name
    )
    select pg_notify(${JOB_CHANNEL}, name) from back`)
}
