import PgBoss from 'pg-boss'
import type postgres from 'postgres'
import { JOB_KINDS, type Job, type JobData, type JobKind } from '../domain/job.js'
import type { Db } from './database.js'

/** pg-boss keeps its tables apart from ours. */
export const QUEUE_SCHEMA = 'pgboss'
/** Channel on which a worker hears that jobs of a kind have come; the payload is the kind. */
export const JOB_CHANNEL = 'mambacast_job'

const MINUTE_S = 60
const HOUR_S = 60 * MINUTE_S

/**
 * How each kind is tried again, and how long an attempt may take at most. A worker's death does not count as an attempt:
 * see reclaim.ts. The policy is `standard`: pg-boss's `singleton` would let one busy ticker hold up the whole queue.
 */
const RULES: Readonly<Record<JobKind, PgBoss.RetryOptions & { readonly expireInSeconds: number }>> = {
  ingest: { retryLimit: 4, retryDelay: 30, retryBackoff: true, expireInSeconds: HOUR_S },
  train: { retryLimit: 2, retryDelay: 5, retryBackoff: true, expireInSeconds: 12 * HOUR_S },
  forecast: { retryLimit: 3, retryDelay: 2, retryBackoff: true, expireInSeconds: HOUR_S },
  backtest: { retryLimit: 2, retryDelay: 30, retryBackoff: true, expireInSeconds: 12 * HOUR_S },
  deliver: { retryLimit: 8, retryDelay: 10, retryBackoff: true, expireInSeconds: 5 * MINUTE_S },
}

/** Where jobs of a kind end when every attempt has failed. */
export const deadLetter = (kind: JobKind): string => `${kind}_dead`

/** Makes pg-boss's tables and our queues where they are missing; call it under the migration lock. */
export async function installQueue(sql: postgres.Sql): Promise<void> {
  const boss = createBoss({ executeSql: async (text, values) => ({ rows: await execute(sql, text, values) }) })
  await boss.start()
  const known = new Set((await boss.getQueues()).map(({ name }) => name))
  for (const kind of JOB_KINDS) {
    if (!known.has(deadLetter(kind))) await boss.createQueue(deadLetter(kind))
    const options = { name: kind, policy: 'standard' as const, deadLetter: deadLetter(kind), ...RULES[kind] }
    await (known.has(kind) ? boss.updateQueue(kind, options) : boss.createQueue(kind, options))
  }
  await boss.stop({ graceful: false })
  await sql.unsafe(FETCH_INDEX)
}

/** In the order in which jobs are taken; without it each look would sort all that wait. */
const FETCH_INDEX = `create index if not exists mambacast_job_order on ${QUEUE_SCHEMA}.job (created_on, id) where state < 'active'`

/** No timers of its own: what pg-boss would do on a clock, the worker's supervisor does. */
const createBoss = (db: PgBoss.Db): PgBoss =>
  new PgBoss({ db, schema: QUEUE_SCHEMA, supervise: false, schedule: false })

/** pg-boss hands over objects where a column is jsonb; drizzle has taught this client that such values are text already. */
const execute = (sql: Pick<postgres.Sql, 'unsafe'>, text: string, values: readonly unknown[] = []) =>
  sql.unsafe(text, values.map(asParameter) as never[])

const asParameter = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    ? JSON.stringify(value)
    : (value ?? null)

/** Statements of pg-boss within a transaction of ours, or on the pool. */
const within = (db: Db): PgBoss.ConnectionOptions => ({
  db: {
    executeSql: async (text, values) => {
      const { client } = db._.session as unknown as { client: Pick<postgres.Sql, 'unsafe'> }
      return { rows: await execute(client, text, values) }
    },
  },
})

type NewJob<K extends JobKind = JobKind> = { readonly kind: K; readonly data: JobData[K]; readonly startAfter?: Date }

/** The queue: pg-boss over our one driver, so that a job is sent, taken and completed in the transaction of its effects. */
export class Queue {
  readonly #boss: PgBoss

  constructor(private readonly sql: postgres.Sql) {
    this.#boss = createBoss({ executeSql: async (text, values) => ({ rows: await this.#onPool(text, values) }) })
  }

  /** Adds jobs and wakes the workers when the transaction of `db` commits. */
  async send(db: Db, jobs: readonly NewJob[]): Promise<void> {
    if (jobs.length === 0) return
    const rows = jobs.map(({ kind, data, startAfter }) => ({
      name: kind,
      data,
      ...(startAfter && { startAfter: startAfter.toISOString() }),
    }))
    await this.#boss.insert(rows, within(db))
    const { client } = db._.session as unknown as { client: Pick<postgres.Sql, 'unsafe'> }
    for (const kind of new Set(jobs.map((job) => job.kind)))
      await client.unsafe('select pg_notify($1, $2)', [JOB_CHANNEL, kind])
  }

  /**
   * Takes the next job of a kind. `claim` runs pg-boss's statement; what it adds to it happens in the same transaction.
   *
   * @throws whatever the statement throws, which pg-boss itself would swallow.
   */
  async fetch<K extends JobKind>(
    kind: K,
    claim: (text: string, values: readonly unknown[]) => Promise<readonly unknown[]>,
  ): Promise<Job<K> | undefined> {
    let failure: unknown
    const executeSql = async (text: string, values: unknown[]) => {
      try {
        return { rows: [...(await claim(text, values))] }
      } catch (error) {
        failure = error
        throw error
      }
    }
    const options = { includeMetadata: true as const, batchSize: 1, priority: false, db: { executeSql } }
    const [row] = await this.#boss.fetch<JobData[K]>(kind, options)
    if (failure) throw failure
    if (!row) return undefined
    const { id, data, retryCount: attempt, retryLimit } = row
    return { id, kind, data, attempt, isLastAttempt: attempt >= retryLimit }
  }

  /** Returns false when the job is no longer ours: it was cancelled, or handed to another worker that was faster. */
  async complete(db: Db, { kind, id }: Job): Promise<boolean> {
    const result = (await this.#boss.complete(kind, id, {}, within(db))) as unknown as { affected: number }
    return result.affected === 1
  }

  /** Counts an attempt as failed: the job is tried again later, or goes to the dead letters after the last attempt. */
  async fail(db: Db, { kind, id }: Job, reason: string): Promise<void> {
    await this.#boss.fail(kind, id, { message: reason }, within(db))
  }

  /** Ends jobs that nobody has taken yet, or that somebody works on in vain. */
  async cancel(db: Db, kind: JobKind, ids: string[]): Promise<void> {
    if (ids.length > 0) await this.#boss.cancel(kind, ids, within(db))
  }

  /** How many jobs wait to be taken, those for later included. */
  async waiting(): Promise<number> {
    const sizes = await Promise.all(JOB_KINDS.map((kind) => this.#boss.getQueueSize(kind)))
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  /** Fails what has expired, archives what has ended, deletes what is old: pg-boss lets one process at a time do it. */
  maintain = (): Promise<void> => this.#boss.maintain()

  async #onPool(text: string, values?: readonly unknown[]): Promise<unknown[]> {
    if (!text.includes('BEGIN;')) return execute(this.sql, text, values)
    const connection = await this.sql.reserve()
    try {
      return await execute(connection, text)
    } finally {
      connection.release()
    }
  }
}
