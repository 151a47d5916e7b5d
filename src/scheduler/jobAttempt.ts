import type { Database } from '../db/database.js'
import { type Lease, tickerLock } from '../db/lease.js'
import { handBack } from '../db/reclaim.js'
import type { Job } from '../domain/job.js'
import type { Logger } from '../log.js'
import { isDatabaseAway, isPermanent } from './failure.js'
import type { JobHandler, JobResult } from './jobHandler.js'
import type { TickerLocks } from './tickerLocks.js'

/** What an attempt needs of its worker. */
export interface AttemptContext {
  readonly database: Database
  readonly log: Logger
  readonly lease: Lease
  readonly locks: TickerLocks
}

/** `left`: the job is back in the queue, or somebody else's. */
export type AttemptEnd = 'done' | 'failed' | 'left'

/** How soon a job comes back whose ticker is busy, or whose database was away. */
const BUSY_MS = 500

/** Does a job that a worker has taken, and completes it in one transaction with its effects. */
export class JobAttempt {
  readonly #controller = new AbortController()
  readonly #log: Logger
  /** Set when the lease broke: the job is somebody else's by now. */
  #isLost = false
  #isStopped = false

  constructor(
    private readonly context: AttemptContext,
    readonly job: Job,
    private readonly handler: JobHandler,
  ) {
    const ticker = handler.tickerOf(job)
    this.#log = context.log.child({ jobId: job.id, kind: job.kind, ...(ticker && { ticker }) })
  }

  /** Gives the job back to the queue as soon as its handler lets go of it. */
  stop(): void {
    this.#isStopped = true
    this.#controller.abort(new Error('stopped'))
  }

  /** Drops the job, which is no longer ours. */
  lose(): void {
    this.#isLost = true
    this.#controller.abort(new Error('the lease is lost'))
  }

  /** Never throws: whatever goes wrong is logged, and ends in the queue. */
  async run(): Promise<AttemptEnd> {
    const { job, handler } = this
    const { lease, locks } = this.context
    const ticker = handler.tickerOf(job)
    let isLocked = false
    try {
      isLocked = ticker === undefined || (await locks.tryLock(ticker))
      return isLocked ? await this.#perform() : await this.#handBack(BUSY_MS)
    } catch (error) {
      return await this.#recover(error).catch((err) => {
        this.#log.warn({ err, cause: error }, 'job left for others to take up')
        return 'left'
      })
    } finally {
      const mine = ticker !== undefined && isLocked
      if (mine) locks.release(ticker)
      // Not waited for: what the lease is asked next comes after it.
      if (!this.#isLost)
        lease
          .unlock(job.id, ...(mine ? [tickerLock(ticker)] : []))
          .catch((err) => this.#log.warn({ err }, 'the lease does not answer'))
    }
  }

  async #perform(): Promise<AttemptEnd> {
    const started = performance.now()
    await this.#complete(await this.handler.perform(this.job, this.#controller.signal))
    this.#log.debug({ durationMs: Math.round(performance.now() - started) }, 'job done')
    return 'done'
  }

  async #complete(result: JobResult): Promise<void> {
    const { db, queue } = this.context.database
    await db.transaction(async (tx) => {
      if (!(await queue.complete(tx, this.job))) throw new Superseded()
      await result.commit(tx)
    })
    await result.afterwards?.().catch((err) => this.#log.error({ err }, 'what follows a job failed'))
  }

  async #recover(error: unknown): Promise<AttemptEnd> {
    const { job } = this
    if (this.#isLost || error instanceof Superseded) {
      this.#log.warn('job is no longer ours')
      return 'left'
    }
    if (this.#isStopped) return this.#handBack(0)
    if (isDatabaseAway(error)) return this.#handBack(BUSY_MS)
    return isPermanent(error) || job.isLastAttempt ? this.#bury(error) : this.#postpone(error)
  }

  async #postpone(error: unknown): Promise<AttemptEnd> {
    const { job } = this
    const { db, queue } = this.context.database
    this.#log.warn({ err: error, attempt: job.attempt }, 'job failed, it is tried again')
    await this.handler.postponed(job, error)
    await queue.fail(db, job, String(error))
    return 'left'
  }

  async #bury(error: unknown): Promise<AttemptEnd> {
    const { job } = this
    const { db, queue } = this.context.database
    this.#log.error(isPermanent(error) ? { reason: String(error) } : { err: error }, 'job failed')
    await db.transaction(async (tx) => {
      if (!isPermanent(error)) await queue.fail(tx, job, String(error))
      else if (!(await queue.complete(tx, job))) throw new Superseded()
      await this.handler.failed(tx, job, error)
    })
    return 'failed'
  }

  async #handBack(delayMs: number): Promise<AttemptEnd> {
    await handBack(this.context.database.db, this.job, delayMs)
    return 'left'
  }
}

/** Another worker ended the job first, or it was cancelled. */
class Superseded extends Error {
  override readonly name = 'Superseded'
}
