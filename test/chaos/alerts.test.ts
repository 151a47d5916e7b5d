import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/database.js'
import { addEndpoints, raiseOneEach, startAlertWorker } from '../support/alertFleet.js'
import { uniform } from '../support/marketSeries.js'
import { receiver } from '../support/receiver.js'
import { restartableServer } from '../support/restartableServer.js'

const ENDPOINTS = 100
const ROUNDS = 100
const WORKERS = 3
const KILL_EVERY_MS = 2_000
/** Then they are left alone, so that the test ends on a slow machine too. */
const KILLS = 12
const SEED = 11
const LIMIT_MS = 180_000

test(
  '10,000 alerts to 100 endpoints, workers killed at random and PostgreSQL restarted: every alert arrives, under one id',
  async () => {
    const server = await restartableServer()
    const database = connect(server.url, 4)
    onTestFinished(() => database.close())
    const bodies = new Map<string, Set<string>>()
    let copies = 0
    const { url } = await receiver(({ headers, body }, response) => {
      const id = String(headers['webhook-id'])
      bodies.set(id, (bodies.get(id) ?? new Set()).add(`${headers['user-agent']} ${body}`))
      copies += 1
      response.writeHead(204).end()
    })
    const endpoints = await addEndpoints(database, url, ENDPOINTS)
    const workers: ChildProcess[] = []
    let isOver = false
    /** Begins again whenever it ends, as under systemd. */
    const keep = (place: number) => {
      workers[place] = startAlertWorker(server.url).once('exit', () => isOver || keep(place))
    }
    for (let place = 0; place < WORKERS; place++) keep(place)
    const random = uniform(SEED)
    let kills = 0
    const killer = setInterval(() => {
      if (kills++ < KILLS) workers[Math.floor(random() * WORKERS)]!.kill('SIGKILL')
    }, KILL_EVERY_MS)
    onTestFinished(async () => {
      isOver = true
      clearInterval(killer)
      const alive = workers.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
      const ended = Promise.all(alive.map((worker) => once(worker, 'close')))
      for (const worker of alive) worker.kill('SIGKILL')
      await ended
    })

    const started = performance.now()
    const raised: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      if (round === ROUNDS / 2) server.restart('immediate')
      raised.push(...(await patiently(() => raiseOneEach(database, endpoints, `round ${round}`))))
    }
    await expect.poll(() => bodies.size, { timeout: LIMIT_MS / 1.5, interval: 50 }).toBe(raised.length)
    const seconds = (performance.now() - started) / 1000
    const open = () => database.sql`select 1 from alerts where status <> 'delivered'`
    await expect.poll(async () => (await patiently(open)).length, { timeout: 30_000 }).toBe(0)

    expect(new Set(bodies.keys())).toEqual(new Set(raised))
    expect([...bodies.values()].filter((set) => set.size !== 1)).toEqual([])
    expect(kills).toBeGreaterThan(3)
    console.log(
      `${raised.length} alerts, ${copies} deliveries, ${Math.min(kills, KILLS)} kills, ${seconds.toFixed(1)} s`,
    )
  },
  LIMIT_MS,
)

/** While the server restarts there is no answer. */
async function patiently<T>(ask: () => PromiseLike<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt > 50) throw error
    }
  }
}
