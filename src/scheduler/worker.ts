import type { Database } from '../db/database.js'
import type { Lease } from '../db/lease.js'
import { JOB_CHANNEL } from '../db/queue.js'
import { JOB_KINDS, type Job, type JobKind } from '../domain/job.js'
import type { Logger } from '../log.js'
import { Doorbell } from './doorbell.js'
import { type AttemptContext, JobAttempt } from './jobAttempt.js'
import type { JobHandler, JobHandlers } from './jobHandler.js'
import { TickerLocks } from './tickerLocks.js'

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

interface Running {
  readonly attempt: JobAttempt
  readonly ended: Promise<void>
}

/**
 * Takes jobs from the queue, does them, and completes each in one transaction with its effects. Any number of workers
 * share a queue; one that dies leaves its jobs to the others at once (see lease.ts and reclaim.ts).
 */
export class Worker {
  readonly #running = new Map<string, Running>()
  readonly #kinds: readonly JobKind[]
  /** Kinds that may have jobs waiting. */
  readonly #ready: Set<JobKind>
  readonly #lease: Lease
  readonly #attempts: AttemptContext
  readonly #bell = new Doorbell()
  #listening: Promise<{ unlisten(): Promise<void> } | undefined> | undefined
  #pumping: Promise<void> | undefined
  #stopped: Promise<void> | undefined
  #counts = { done: 0, failed: 0 }
  #isStopping = false
  #isOutOfTime = false
  #untilIdle = false

  constructor(private readonly options: WorkerOptions) {
    const { database, log, handlers } = options
    this.#kinds = JOB_KINDS.filter((kind) => handlers[kind])
    this.#ready = new Set(this.#kinds)
    this.#lease = database.openLease(() => this.#loseAll())
    this.#attempts = { database, log, lease: this.#lease, locks: new TickerLocks(this.#lease) }
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
    this.#bell.ring()
    const grace = setTimeout(() => this.#stopAll(), graceMs)
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
    return this.#counts
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
        else await this.#bell.wait()
      } catch (err) {
        this.options.log.warn({ err }, 'the queue does not answer')
        await this.#bell.wait(LOOK_AGAIN_MS)
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
    const running = [...this.#running.values()].map(({ attempt }) => attempt.job.kind)
    const ofKind = running.filter((other) => other === kind).length
    if (WAITING.has(kind)) return ofKind < (limits?.[kind] ?? WAITING_AT_ONCE[kind]!)
    return (
      ofKind < (limits?.[kind] ?? concurrency) && running.filter((other) => !WAITING.has(other)).length < concurrency
    )
  }

  #begin(job: Job): void {
    const attempt = new JobAttempt(this.#attempts, job, this.options.handlers[job.kind] as JobHandler)
    this.#running.set(job.id, { attempt, ended: this.#finish(attempt) })
    if (this.#isOutOfTime) attempt.stop() // It was being taken when the grace ended.
  }

  async #finish(attempt: JobAttempt): Promise<void> {
    const end = await attempt.run()
    if (end !== 'left') this.#counts = { ...this.#counts, [end]: this.#counts[end] + 1 }
    this.#running.delete(attempt.job.id)
    if (this.#untilIdle)
      this.#lookAgain() // Nobody else says that a next stage has come.
    else this.#bell.ring()
  }

  /** Once it listens, the driver sees to it that it does so again after a broken connection. */
  #listen(): void {
    this.#listening = this.options.database.sql
      .listen(JOB_CHANNEL, (kind) => this.#hear(kind as JobKind))
      .catch((err) => {
        this.options.log.warn({ err }, 'the queue cannot be listened to yet')
        this.#listening = undefined // The next look tries again.
        return undefined
      })
  }

  #hear(kind: JobKind): void {
    if (!this.options.handlers[kind]) return
    this.#ready.add(kind)
    this.#bell.ring()
  }

  #lookAgain(): void {
    for (const kind of this.#kinds) this.#ready.add(kind)
    if (!this.#listening && !this.#untilIdle) this.#listen()
    this.#bell.ring()
  }

  #loseAll(): void {
    for (const { attempt } of this.#running.values()) attempt.lose()
  }

  #stopAll(): void {
    this.#isOutOfTime = true
    for (const { attempt } of this.#running.values()) attempt.stop()
  }
}
