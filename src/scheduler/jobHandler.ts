import type { Db } from '../db/database.js'
import type { Job, JobKind } from '../domain/job.js'

/** What a job came to: stored in the transaction that completes it, so that both happen or neither. */
export interface JobResult {
  commit(tx: Db): Promise<void>
  /** After the transaction; a failure here is logged and changes nothing. */
  afterwards?(): Promise<void>
}

/** How jobs of a kind are done. Doing one twice must be the same as doing it once: a worker may die at any point. */
export interface JobHandler<K extends JobKind = JobKind> {
  /** The ticker that no other job may be at work on meanwhile. */
  tickerOf(job: Job<K>): string | undefined
  /** @throws UserError (or ProviderError) when trying again cannot help; anything else is tried again. */
  perform(job: Job<K>, signal: AbortSignal): Promise<JobResult>
  /** Records, in the transaction that ends the job, that it failed for good. */
  failed(tx: Db, job: Job<K>, error: unknown): Promise<void>
  /** Records that the job waits for another attempt. */
  postponed(job: Job<K>, error: unknown): Promise<void>
}

export type JobHandlers = { readonly [K in JobKind]?: JobHandler<K> }
