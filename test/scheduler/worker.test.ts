import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { cancelRun } from '../../src/db/cancelRun.js'
import { enqueueRun } from '../../src/db/enqueueRun.js'
import { reclaimJobs } from '../../src/db/reclaim.js'
import { saveProgress } from '../../src/db/runs.js'
import { UserError } from '../../src/domain/errors.js'
import type { Job } from '../../src/domain/job.js'
import { createLogger } from '../../src/log.js'
import type { JobHandler, JobResult } from '../../src/scheduler/jobHandler.js'
import { Worker } from '../../src/scheduler/worker.js'
import { testDatabase } from '../support/testDatabase.js'

const NOTHING: JobResult = { commit: async () => {} }
const now = new Date('2025-06-13T22:00:00Z')

/** A queue with one run of those tickers, and workers that do its jobs as told. */
async function queueOf(tickers: readonly string[]) {
  const database = await testDatabase()
  const { db, queue, sql } = database
  const runId = await db.transaction((tx) =>
    enqueueRun(tx, queue, { trigger: 'schedule', exchange: 'XNYS', tickers, now }),
  )
  const ends: string[] = []
  const start = (perform: (job: Job<'ingest'>, signal: AbortSignal) => Promise<JobResult>) => {
    const handler: JobHandler<'ingest'> = {
      tickerOf: ({ data }) => data.ticker,
      perform,
      failed: async (_, { data }, error) => void ends.push(`${data.ticker} failed: ${(error as Error).message}`),
      postponed: async ({ data, attempt }) => void ends.push(`${data.ticker} postponed after attempt ${attempt}`),
    }
    const worker = new Worker({ database, log: createLogger('silent'), handlers: { ingest: handler }, concurrency: 2 })
    const working = worker.run()
    onTestFinished(async () => {
      await worker.stop(0)
      await working
    })
    return worker
  }
  const states = async () =>
    (await sql`select data ->> 'ticker' as ticker, state from pgboss.job where name = 'ingest' order by 1`).map(
      ({ ticker, state }) => `${ticker} ${state}`,
    )
  const become = (expected: string[]) => expect.poll(states, { timeout: 10_000, interval: 20 }).toEqual(expected)
  return { ...database, runId, start, ends, become, states }
}

test('what the user has to put right is not tried again; anything else is, later', async () => {
  const { start, ends, become, sql } = await queueOf(['A', 'B'])
  start(async ({ data }) => {
    throw data.ticker === 'A' ? new UserError('no such file') : new Error('out of luck')
  })
  await become(['A completed', 'B retry'])
  expect(ends.sort()).toEqual(['A failed: no such file', 'B postponed after attempt 0'])
  expect(await sql`select 1 from pgboss.job where name = 'ingest' and start_after > now()`).toHaveLength(1)
})

test('after the last attempt a job goes to the dead letters', async () => {
  const { start, ends, become, sql } = await queueOf(['A'])
  await sql`update pgboss.job set retry_limit = 0`
  start(async () => {
    throw new Error('out of luck')
  })
  await become(['A failed'])
  expect(ends).toEqual(['A failed: out of luck'])
  expect(await sql`select 1 from pgboss.job where name = 'ingest_dead'`).toHaveLength(1)
})

test('a job and what it stores are one transaction', async () => {
  const { start, become, sql, ends } = await queueOf(['A'])
  start(async () => ({
    commit: async (tx) => {
      await saveProgress(tx, '00000000-0000-0000-0000-000000000000', {}, now)
      await tx.execute(`insert into ticker_pauses values ('A', now())`)
      throw new Error('the disk is full')
    },
  }))
  await become(['A retry'])
  expect(await sql`select 1 from ticker_pauses`).toHaveLength(0)
  expect(ends).toEqual(['A postponed after attempt 0'])
})

test('a worker that stops lets jobs end within the grace, and hands back those that do not', async () => {
  const { start, become } = await queueOf(['A', 'B'])
  let begun = 0
  const worker = start(async ({ data }, signal) => {
    begun += 1
    await delay(data.ticker === 'A' ? 50 : 60_000, undefined, { signal })
    return NOTHING
  })
  await expect.poll(() => begun, { interval: 5 }).toBe(2)
  await worker.stop(500)
  await become(['A completed', 'B retry'])
})

test('a job whose worker is gone is handed back at once and not counted as an attempt; after ten deaths it has failed', async () => {
  const { db, queue, sql, openLease, become } = await queueOf(['A'])
  for (let death = 1; death <= 10; death++) {
    const lease = openLease(() => {})
    const job = await lease.fetch(queue, 'ingest')
    expect(job?.attempt).toBe(0)
    expect(await reclaimJobs(db)).toEqual([]) // It lives.
    await lease.close()
    const gone = async () => (await reclaimJobs(db)).map(({ ticker, isRetried }) => [ticker, isRetried])
    await expect.poll(gone, { interval: 20 }).toEqual([['A', death < 10]])
  }
  await become(['A failed'])
  expect(await sql`select data ->> 'deaths' as deaths from pgboss.job`).toEqual([{ deaths: '10' }])
})

test('a ticker that another worker is at work on waits, and no other waits for it', async () => {
  const { start, become, queue, db, runId, openLease } = await queueOf(['A', 'B'])
  const other = openLease(() => {})
  await other.tryLock('ticker:A')
  start(async () => NOTHING)
  await become(['A retry', 'B completed'])
  await other.close()
  await become(['A completed', 'B completed'])
  expect(await queue.waiting()).toBe(0)
  expect(await cancelRun(db, queue, runId, now)).toBe(true)
})

test('a run that is cancelled leaves nothing in the queue, and only one of two completions counts', async () => {
  const { db, queue, sql, runId, openLease, states } = await queueOf(['A', 'B'])
  const lease = openLease(() => {})
  const job = (await lease.fetch(queue, 'ingest'))!
  expect(await cancelRun(db, queue, runId, now)).toBe(true)
  expect((await states()).sort()).toEqual(
    [`${job.data.ticker} active`, `${job.data.ticker === 'A' ? 'B' : 'A'} cancelled`].sort(),
  )
  expect(await saveProgress(db, runId, {}, now)).toBe(false) // How the worker of the other learns of it.
  expect(await queue.complete(db, job)).toBe(true)
  expect(await queue.complete(db, job)).toBe(false)
  expect(await sql`select ticker from run_tickers where finished_at is not null`).toHaveLength(1)
  await lease.close()
})
