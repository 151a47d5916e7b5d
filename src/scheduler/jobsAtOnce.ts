import type { RunContext } from './runOnce.js'

/** Tickers worth working on at once: one a core, or on a GPU as many as it trains together. */
export const jobsAtOnce = async ({ concurrency, pool }: Pick<RunContext, 'concurrency' | 'pool'>): Promise<number> =>
  Math.max(concurrency, await pool.trainedTogether())
