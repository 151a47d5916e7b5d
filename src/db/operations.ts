import { sql } from 'drizzle-orm'
import { JOB_KINDS } from '../domain/job.js'
import type { Figures } from '../domain/score.js'
import type { Db } from './database.js'

export interface JobCount {
  readonly kind: string
  /** pg-boss's: created, retry, active, completed, cancelled, failed. */
  readonly state: string
  readonly n: number
}

/** Jobs by kind and state, those that ended in the last hours included. */
export async function jobCounts(db: Db): Promise<JobCount[]> {
  const rows = await db.execute<JobCount & Record<string, unknown>>(sql`
    select name as kind, state::text as state, count(*)::int as n from pgboss.job
    where name in (${kinds()}) group by 1, 2 order by 1, 2`)
  return [...rows]
}

export interface JobDuration {
  readonly kind: string
  readonly quantile: number
  readonly seconds: number
}

/** Quantiles of how long the jobs took that were completed within the last hour. */
export async function jobDurations(db: Db, now: Date): Promise<JobDuration[]> {
  const rows = await db.execute<JobDuration & Record<string, unknown>>(sql`
    select name as kind, level as quantile,
      percentile_cont(level) within group (order by extract(epoch from completed_on - started_on))::float8 as seconds
    from pgboss.job cross join (values (0.5::float8), (0.9), (0.99)) as levels(level)
    where name in (${kinds()}) and state = 'completed'
      and completed_on > ${now.toISOString()}::timestamptz - interval '1 hour'
    group by 1, 2 order by 1, 2`)
  return [...rows]
}

/** Runs by how they ended; those that changed nothing are counted with the run they were folded into. */
export async function runCounts(db: Db): Promise<{ status: string; n: number }[]> {
  const rows = await db.execute<{ status: string; n: number }>(sql`
    select status, (count(*) + sum(repeats))::int as n from runs group by 1 order by 1`)
  return [...rows]
}

/** When the scheduled work of each exchange last ended well. */
export async function lastSuccesses(db: Db): Promise<Map<string, Date>> {
  const rows = await db.execute<{ exchange: string; at: string }>(sql`
    select exchange, succeeded_at as at from exchange_successes order by 1`)
  return new Map(rows.map(({ exchange, at }) => [exchange, new Date(at)]))
}

/** The newest figures of one forecaster over `window` sessions, by ticker. */
export async function newestFigures(
  db: Db,
  forecaster: string,
  window: number,
): Promise<{ ticker: string; figures: Figures }[]> {
  const rows = await db.execute<{ ticker: string; figures: Figures }>(sql`
    select symbol as ticker, figures from tickers cross join lateral (
      select figures from scores
      where ticker = symbol and forecaster = ${forecaster} and "window" = ${window} order by as_of desc limit 1
    ) newest
    where active order by symbol`)
  return [...rows]
}

const kinds = () =>
  sql.join(
    JOB_KINDS.map((kind) => sql`${kind}`),
    sql`, `,
  )
