import { randomUUID } from 'node:crypto'
import { NOTHING_DONE, type RunTrigger } from '../domain/run.js'
import type { Db } from './database.js'
import type { Queue } from './queue.js'
import { beginRun } from './runs.js'

export interface QueuedRun {
  readonly trigger: RunTrigger
  readonly exchange: string | null
  readonly tickers: readonly string[]
  readonly now: Date
}

/** Begins a run whose stages the workers do; call it in a transaction. Returns its id. */
export async function enqueueRun(tx: Db, queue: Queue, run: QueuedRun): Promise<string> {
  const id = randomUUID()
  await beginRun(tx, { ...run, id, isQueued: true })
  const jobs = run.tickers.map((ticker) => ({
    kind: 'ingest' as const,
    data: { runId: id, ticker, stages: 'all' as const, facts: NOTHING_DONE },
  }))
  await queue.send(tx, jobs)
  return id
}
