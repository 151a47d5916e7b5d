import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { addEndpoints, raiseOneEach, startAlertWorker } from '../support/alertFleet.js'
import { receiver } from '../support/receiver.js'
import { testDatabase } from '../support/testDatabase.js'

const ENDPOINTS = 100
const ROUNDS = 30
const FLOOR_PER_SECOND = 200

test('two workers deliver at least 200 alerts a second to a hundred endpoints', async () => {
  const database = await testDatabase()
  const { url, received } = await receiver()
  const endpoints = await addEndpoints(database, url, ENDPOINTS)
  const workers = [startAlertWorker(database.url), startAlertWorker(database.url)]
  onTestFinished(async () => {
    const ended = Promise.all(workers.map((worker) => once(worker, 'close')))
    for (const worker of workers) worker.kill('SIGKILL')
    await ended
  })
  for (const { stdout } of workers) await once(stdout!, 'data')
  for (let round = 0; round < ROUNDS; round++) await raiseOneEach(database, endpoints)
  const before = received.length
  const started = performance.now()
  await expect.poll(() => received.length, { timeout: 40_000, interval: 20 }).toBe(ENDPOINTS * ROUNDS)
  const perSecond = (received.length - before) / ((performance.now() - started) / 1000)
  console.log(`${Math.round(perSecond)} deliveries a second (${received.length - before} after the last was raised)`)
  expect(perSecond).toBeGreaterThan(FLOOR_PER_SECOND)
}, 60_000)
