import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { addEndpoints, raiseOneEach, startAlertWorker } from '../test/support/alertFleet.js'
import { receiver } from '../test/support/receiver.js'
import { testDatabase } from '../test/support/testDatabase.js'

const ENDPOINTS = 100
const ROUNDS = 30
const FLOOR_PER_SECOND = 200

test('two workers deliver at least 200 alerts a second to a hundred endpoints', async () => {
  const database = await testDatabase()
  const arrivals: number[] = []
  const { url } = await receiver((_, response) => {
    arrivals.push(performance.now())
    response.writeHead(204).end()
  })
  const endpoints = await addEndpoints(database, url, ENDPOINTS)
  for (let round = 0; round < ROUNDS; round++) await raiseOneEach(database, endpoints)
  const workers = [startAlertWorker(database.url), startAlertWorker(database.url)]
  onTestFinished(async () => {
    const ended = Promise.all(workers.map((worker) => once(worker, 'close')))
    for (const worker of workers) worker.kill('SIGKILL')
    await ended
  })
  await expect.poll(() => arrivals.length, { timeout: 40_000, interval: 20 }).toBe(ENDPOINTS * ROUNDS)
  const perSecond = (arrivals.length * 1000) / (arrivals.at(-1)! - arrivals[0]!)
  console.log(`${Math.round(perSecond)} deliveries a second, of ${arrivals.length}`)
  expect(perSecond).toBeGreaterThan(FLOOR_PER_SECOND)
}, 60_000)
