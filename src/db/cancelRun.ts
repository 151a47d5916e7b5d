import { sql } from 'drizzle-orm'
import type { JobKind } from '../domain/job.js'
import { NOTHING_DONE } from '../domain/run.js'
import type { Db } from './database.js'
import type { Queue } from './queue.js'
import { endRun, finishTicker, requestCancel } from './runs.js'

/**
 * Cancels a run: what waits is taken out of the queue now, what is at work stops at its next sign of life.
 *
 * @returns false when the run is not running.
 */
export const cancelRun = (db: Db, queue: Queue, runId: string, now: Date): Promise<boolean> =>
  db.transaction(async (tx) => {
    if (!(await requestCancel(tx, runId, now))) return false
    const waiting = await tx.execute<{ id: string; kind: JobKind; ticker: string }>(sql`
      select id, name as kind, data ->> 'ticker' as ticker from pgboss.job
      where state < 'active' and data ->> 'runId' = ${runId} and data ? 'ticker' for update skip locked`)
    for (const { id, kind, ticker } of waiting) {
      await queue.cancel(tx, kind, [id])
      const progress = { stage: 'failed', done: 0, total: 0, message: `${ticker}: cancelled` } as const
      await finishTicker(tx, runId, ticker, { progress, facts: NOTHING_DONE }, now)
    }
    await endRun(tx, runId, now)
    return true
  })
