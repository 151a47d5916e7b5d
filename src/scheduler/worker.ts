import type { Database } from '../db/database.js'
import { type Lease, tickerLock } from '../db/lease.js'
import { JOB_CHANNEL } from '../db/queue.js'
import { handBack } from '../db/reclaim.js'
import { JOB_KINDS, type Job, type JobKind } from '../domain/job.js'
import type { Logger } from '../log.js'
import { isDatabaseAway, isPermanent } from './failure.js'
import type { JobHandler, JobHandlers } from './jobHandler.js'

export interface WorkerOptions {
  readonly database: Database
  readonly log: Logger
  readonly handlers: JobHandlers
  /** Jobs at once that need a core: training, forecasting, backtests. */
  readonly concurrency: number
  /** Jobs at once of single kinds, where fewer or more. */
  readonly limits?: { readonly [K in JobKind]?: number | undefined }
}

/** Kinds that wait for servers more than they compute; they take no core from the others. */
const WAITING: ReadonlySet<JobKind> = new Set(['ingest', 'deliver'])
/** Deliveries wait longest: one endpoint that hangs must not hold up another. */
const WAITING_AT_ONCE: { readonly [K in JobKind]?: number } = { ingest: 8, deliver: 64 }
/** Jobs that come due by the clock, such as second attempts, are not announced. */
const LOOK_AGAIN_MS = 1_000
/** How soon a job comes back whose ticker is busy, or whose database was away. */
const BUSY_MS = 500

interface Running {
  readonly job: Job
  readonly controller: AbortController
  readonly ended: Promise<void>
  /** Set when the lease broke: the job is somebody else's by now. */
  isLost: boolean
}

/**
 * Takes jobs from the queue, does them, and completes each in one transaction with its effects. Any number of workers
 * share a queue; one that dies leaves its jobs to the others at once (see lease.ts and reclaim.ts).
 */
export class Worker {
  readonly #running = new Map<string, Running>()
  readonly #tickers = new Set<string>()
  readonly #kinds: readonly JobKind[]
  /** Kinds that may have jobs waiting. */
  readonly #ready: Set<JobKind>
  readonly #lease: Lease
  readonly #log: Logger
  #listening: Promise<{ unlisten(): Promise<void> } | undefined> | undefined
  #pumping: Promise<void> | undefined
  #stopped: Promise<void> | undefined
  #done = 0
  #failed = 0
  #isStopping = false
  #isOutOfTime = false
  #untilIdle = false
  #isWoken = false
  #wake: () => void = () => {}

  constructor(private readonly options: WorkerOptions) {
    this.#kinds = JOB_KINDS.filter((kind) => options.handlers[kind])
    this.#ready = new Set(this.#kinds)
    this.#log = options.log
    this.#lease = options.database.openLease(() => this.#leaseLost())
  }

  /** Works until `stop`. */
  async run(): Promise<void> {
    this.#listen()
    const poll = setInterval(() => this.#lookAgain(), LOOK_AGAIN_MS)
    try {
      await this.#startPump(() => false)
    } finally {
      clearInterval(poll)
      await this.#listening?.then((channel) => channel?.unlisten())
    }
  }

  /** Once it listens, the driver sees to it that it does so again after a broken connection. */
  #listen(): void {
    this.#listening = this.options.database.sql
      .listen(JOB_CHANNEL, (kind) => this.#hear(kind as JobKind))
      .catch((err) => {
        this.#log.warn({ err }, 'the queue cannot be listened to yet')
        this.#listening = undefined // The next look tries again.
        return undefined
      })
  }

  /** Works until nothing is left that could be done now, or `stop`. */
  runUntilIdle(): Promise<void> {
    this.#untilIdle = true
    return this.#startPump(() => this.#running.size === 0 && this.#ready.size === 0)
  }

  /** Takes no further job, lets those at work end within `graceMs`, and hands the rest back to the queue. */
  stop(graceMs: number): Promise<void> {
    this.#stopped ??= this.#stop(graceMs)
    return this.#stopped
  }

  async #stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    this.#wakeUp()
    const grace = setTimeout(() => this.#abortAll(), graceMs)
    await this.#pumping
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
    clearTimeout(grace)
    await this.#lease.close()
  }

  get jobsAtWork(): number {
    return this.#running.size
  }

  /** Jobs this worker has ended so far. */
  get counts(): { readonly done: number; readonly failed: number } {
    return { done: this.#done, failed: this.#failed }
  }

  #startPump(isDone: () => boolean): Promise<void> {
    this.#pumping = this.#pump(isDone)
    return this.#pumping
  }

  async #pump(isDone: () => boolean): Promise<void> {
    while (!this.#isStopping) {
      try {
        const job = await this.#take()
        if (job) this.#begin(job)
        else if (isDone()) return
        else await this.#sleep()
      } catch (err) {
        this.#log.warn({ err }, 'the queue does not answer')
        await this.#sleep(LOOK_AGAIN_MS)
      }
    }
  }

  /** The next job for which there is room, in the order of JOB_KINDS. */
  async #take(): Promise<Job | undefined> {
    for (const kind of this.#kinds) {
      if (!this.#ready.has(kind) || !this.#hasRoom(kind)) continue
      this.#ready.delete(kind) // Before the look, so that what is announced meanwhile counts.
      const job = await this.#lease.fetch(this.options.database.queue, kind)
      if (!job) continue
      this.#ready.add(kind)
      return job
    }
    return undefined
  }

  #hasRoom(kind: JobKind): boolean {
    const { concurrency, limits } = this.options
    const running = [...this.#running.values()].map(({ job }) => job.kind)
    const ofKind = running.filter((other) => other === kind).length
    if (WAITING.has(kind)) return ofKind < (limits?.[kind] ?? WAITING_AT_ONCE[kind]!)
    return (
      ofKind < (limits?.[kind] ?? concurrency) && running.filter((other) => !WAITING.has(other)).length < concurrency
    )
  }

  #begin(job: Job): void {
    const controller = new AbortController()
    const running: Running = {
      ...{ job, controller, isLost: false },
      ended: Promise.resolve().then(async () => {
        await this.#handle(running)
        this.#running.delete(job.id)
        if (this.#untilIdle)
          this.#lookAgain() // Nobody else says that a next stage has come.
        else this.#wakeUp()
      }),
    }
    this.#running.set(job.id, running)
    if (this.#isOutOfTime) controller.abort(new Error('stopped')) // It was being taken when the grace ended.
  }

  async #handle(running: Running): Promise<void> {
    const { job, controller } = running
    const handler = this.options.handlers[job.kind] as JobHandler
    const ticker = handler.tickerOf(job)
    const log = this.#log.child({ jobId: job.id, kind: job.kind, ...(ticker && { ticker }) })
    const started = performance.now()
    let isLocked = false
    try {
      isLocked = ticker === undefined || (await this.#lockTicker(ticker))
      if (!isLocked) return await this.#handBack(job, BUSY_MS)
      await this.#complete(job, await handler.perform(job, controller.signal), log)
      this.#done += 1
      log.debug({ durationMs: Math.round(performance.now() - started) }, 'job done')
    } catch (error) {
      await this.#recover(running, handler, error, log).catch((err) =>
        log.warn({ err, cause: error }, 'job left for others to take up'),
      )
    } finally {
      const locks = ticker && isLocked ? [job.id, tickerLock(ticker)] : [job.id]
      if (ticker && isLocked) this.#tickers.delete(ticker)
      // Not waited for: what the lease is asked next comes after it.
      if (!running.isLost) this.#lease.unlock(...locks).catch((err) => log.warn({ err }, 'the lease does not answer'))
    }
  }

  /** Both within this process, whose locks do not exclude one another, and over all of them. */
  async #lockTicker(ticker: string): Promise<boolean> {
    if (this.#tickers.has(ticker)) return false
    this.#tickers.add(ticker)
    try {
      if (await this.#lease.tryLock(tickerLock(ticker))) return true
    } catch (error) {
      this.#tickers.delete(ticker)
      throw error
    }
    this.#tickers.delete(ticker)
    return false
  }

  async #complete(job: Job, result: Awaited<ReturnType<JobHandler['perform']>>, log: Logger): Promise<void> {
    const { db, queue } = this.options.database
    await db.transaction(async (tx) => {
      if (!(await queue.complete(tx, job))) throw new Superseded()
      await result.commit(tx)
    })
    await result.afterwards?.().catch((err) => log.error({ err }, 'what follows a job failed'))
  }

  async #recover({ job, controller, isLost }: Running, handler: JobHandler, error: unknown, log: Logger) {
    const { db, queue } = this.options.database
    if (isLost || error instanceof Superseded) return log.warn('job is no longer ours')
    if (this.#isStopping && controller.signal.aborted) return this.#handBack(job, 0)
    if (isDatabaseAway(error)) return this.#handBack(job, BUSY_MS)
    if (!isPermanent(error) && !job.isLastAttempt) {
      log.warn({ err: error, attempt: job.attempt }, 'job failed, it is tried again')
      await handler.postponed(job, error)
      return queue.fail(db, job, String(error))
    }
    log.error(isPermanent(error) ? { reason: String(error) } : { err: error }, 'job failed')
    await db.transaction(async (tx) => {
      if (!isPermanent(error)) await queue.fail(tx, job, String(error))
      else if (!(await queue.complete(tx, job))) throw new Superseded()
      await handler.failed(tx, job, error)
    })
    this.#failed += 1
  }

  #handBack = (job: Job, delayMs: number): Promise<void> => handBack(this.options.database.db, job, delayMs)

  #leaseLost(): void {
    for (const running of this.#running.values()) {
      running.isLost = true
      running.controller.abort(new Error('the lease is lost'))
    }
  }

  #abortAll(): void {
    this.#isOutOfTime = true
    for (const { controller } of this.#running.values()) controller.abort(new Error('stopped'))
  }

  #hear(kind: JobKind): void {
    if (!this.options.handlers[kind]) return
    this.#ready.add(kind)
    this.#wakeUp()
  }

  #lookAgain(): void {
    for (const kind of this.#kinds) this.#ready.add(kind)
    if (!this.#listening && !this.#untilIdle) this.#listen()
    this.#wakeUp()
  }

  #wakeUp(): void {
    this.#isWoken = true
    this.#wake()
  }

  /** Until something happens, or at most `ms`. */
  async #sleep(ms?: number): Promise<void> {
    if (!this.#isWoken)
      await new Promise<void>((done) => {
        const timer = ms === undefined ? undefined : setTimeout(done, ms)
        this.#wake = () => {
          clearTimeout(timer)
          done()
        }
      })
    this.#isWoken = false
  }
}

/** Another worker ended the job first, or it was cancelled. */
class Superseded extends Error {
  override readonly name = 'Superseded'
}
