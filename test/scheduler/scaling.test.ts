import { expect, onTestFinished, test } from 'vitest'
import { NOTHING_DONE } from '../../src/domain/run.js'
import { createLogger } from '../../src/log.js'
import type { JobHandler } from '../../src/scheduler/jobHandler.js'
import { Worker } from '../../src/scheduler/worker.js'
import { startFleetProcess } from '../support/fleet.js'
import { testDatabase } from '../support/testDatabase.js'

const runId = '00000000-0000-0000-0000-000000000000'
const jobs = (n: number) =>
  Array.from({ length: n }, (_, i) => ({
    kind: 'train' as const,
    data: { runId, ticker: `T${i}`, stages: 'all' as const, facts: NOTHING_DONE },
  }))

test('n workers do n times the work of one, within a tenth, up to eight', async () => {
  const { db, queue, sql, url } = await testDatabase()
  const workMs = 150
  const perWorker = 12
  const fleet: ReturnType<typeof startFleetProcess>[] = []
  onTestFinished(async () => {
    for (const { child } of fleet) child.kill('SIGKILL')
    await Promise.all(fleet.map(({ ended }) => ended))
  })
  const throughput: Record<number, number> = {}
  for (const workers of [1, 2, 4, 8]) {
    while (fleet.length < workers) fleet.push(startFleetProcess('sleeper', { url, workMs }))
    await Promise.all(fleet.map(({ ready }) => ready))
    await sql`delete from pgboss.job`
    await queue.send(db, jobs(workers * perWorker))
    const left = async () => (await sql`select 1 from pgboss.job where state <> 'completed'`).length
    await expect.poll(left, { timeout: 30_000, interval: 50 }).toBe(0)
    const [{ seconds }] = (await sql`
      select extract(epoch from max(completed_on) - min(started_on))::float8 as seconds from pgboss.job`) as never as [
      { seconds: number },
    ]
    throughput[workers] = (workers * perWorker) / seconds
  }
  console.log('jobs a second by workers', throughput)
  for (const workers of [2, 4, 8]) expect(throughput[workers]! / throughput[1]!).toBeGreaterThanOrEqual(0.9 * workers)
}, 90_000)

test('with 10,000 jobs queued, the queue adds less than 5 ms to each', async () => {
  const database = await testDatabase()
  const { db, queue, sql } = database
  await queue.send(db, jobs(10_000))
  let done = 0
  const handler: JobHandler<'train'> = {
    tickerOf: ({ data }) => data.ticker,
    perform: async () => {
      done += 1
      return { commit: async () => {} }
    },
    failed: async () => {},
    postponed: async () => {},
  }
  const worker = new Worker({ database, log: createLogger('silent'), handlers: { train: handler }, concurrency: 1 })
  const working = worker.run()
  await expect.poll(() => done, { interval: 20, timeout: 20_000 }).toBeGreaterThan(200)
  const from = { done, at: performance.now() }
  await expect.poll(() => done, { interval: 20, timeout: 40_000 }).toBeGreaterThan(from.done + 1_000)
  const perJobMs = (performance.now() - from.at) / (done - from.done)
  await worker.stop(1_000)
  await working
  console.log('queue overhead', perJobMs, 'ms a job')
  expect(perJobMs).toBeLessThan(5)
  expect(await sql`select 1 from pgboss.job where state = 'active'`).toHaveLength(0)
}, 90_000)
