import { eq } from 'drizzle-orm'
import { UserError } from '../domain/errors.js'
import type { Db } from './database.js'
import { enqueueRun } from './enqueueRun.js'
import type { Queue } from './queue.js'
import { failedTickers } from './runDetail.js'
import { runs } from './runSchema.js'

interface RetryRequest {
  readonly runId: string
  /** One of the failed tickers; all of them when it is left out. */
  readonly ticker: string | undefined
  readonly now: Date
}

/**
 * Begins a run of the tickers that failed in another one. Where all of them are tried again, it counts for the exchange
 * as the other one would have.
 *
 * @returns its id.
 * @throws UserError when there is nothing to try again.
 */
export const retryRun = (db: Db, queue: Queue, { runId, ticker, now }: RetryRequest): Promise<string> =>
  db.transaction(async (tx) => {
    const failed = await failedTickers(tx, runId)
    const tickers = failed.filter((symbol) => ticker === undefined || symbol === ticker)
    if (tickers.length === 0)
      throw new UserError('There is nothing to try again: no ticker that failed is still followed.')
    const [run] = await tx.select({ exchange: runs.exchange }).from(runs).where(eq(runs.id, runId))
    const exchange = tickers.length === failed.length ? (run?.exchange ?? null) : null
    return enqueueRun(tx, queue, { trigger: 'dashboard', exchange, tickers, now })
  })
