import postgres from 'postgres'
import type { Job, JobKind } from '../domain/job.js'
import type { Queue } from './queue.js'

/**
 * A connection whose session-level advisory locks say what this process is at work on. They end with the connection, so
 * PostgreSQL itself tells everybody at once when a process dies.
 */
export class Lease {
  readonly #sql: postgres.Sql
  #unlocked: Promise<unknown> = Promise.resolve()

  /** @param onLost Called when the connection breaks: every lock is gone then. The next call connects again. */
  constructor(url: string, applicationName: string, onLost: () => void) {
    this.#sql = postgres(url, {
      max: 1,
      max_lifetime: null,
      onnotice: () => {},
      onclose: onLost,
      // Jobs are taken in the order of an index. After a burst of new ones the planner, whose figures are of before it,
      // would rather sort them all.
      connection: { application_name: applicationName, enable_sort: 'off' },
    })
  }

  /**
   * Takes the next job and its lock in one statement: nobody ever sees a job at work whose lock is not held.
   */
  fetch<K extends JobKind>(queue: Queue, kind: K): Promise<Job<K> | undefined> {
    return queue.fetch(kind, (text, values) =>
      this.#sql.unsafe(
        `with fetched as (${text}) select fetched.*, pg_advisory_lock(hashtextextended(id::text, 0)) from fetched`,
        values as never[],
      ),
    )
  }

  /** False when another session holds the lock. Locks count: each success asks for its own `unlock`. */
  async tryLock(name: string): Promise<boolean> {
    const [row] = await this.#sql<{ got: boolean }[]>`select pg_try_advisory_lock(hashtextextended(${name}, 0)) as got`
    return row!.got
  }

  async unlock(...names: string[]): Promise<void> {
    const done = this.#sql`select pg_advisory_unlock(hashtextextended(name, 0)) from unnest(${names}::text[]) name`
    this.#unlocked = Promise.allSettled([this.#unlocked, done])
    await done
  }

  /** Waits for unlocks first: for a query that still waits its turn the driver would connect again, and stay so. */
  async close(): Promise<void> {
    await this.#unlocked
    await this.#sql.end({ timeout: 5 })
  }
}

/** Held while one of the ticker's jobs is at work, over all processes. */
export const tickerLock = (ticker: string): string => `ticker:${ticker}`

/** Held by the process that does a run's stages itself. */
export const runLock = (runId: string): string => `run:${runId}`
