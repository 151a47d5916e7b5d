import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { RETRY_DELAYS_MS } from '../../../src/alerts/retrySchedule.js'
import { findEndpoint } from '../../../src/db/alertEndpoints.js'
import { Desk } from '../../../src/scheduler/alerts/alertDesk.js'
import { AlertHandler } from '../../../src/scheduler/alerts/alertHandler.js'
import { sweepAlerts } from '../../../src/scheduler/alerts/sweepAlerts.js'
import { DeliverHandler } from '../../../src/scheduler/deliverHandler.js'
import { Worker } from '../../../src/scheduler/worker.js'
import { addEndpoints, raiseOneEach } from '../../support/alertFleet.js'
import { alertConfig } from '../../support/alertSettings.js'
import { drainEndpoint } from '../../support/drainEndpoint.js'
import { receiver } from '../../support/receiver.js'
import { testDatabase } from '../../support/testDatabase.js'

const log = pino({ level: 'silent' })
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** Endpoints of a test, and a handler whose clock the test sets. */
async function delivery(paths: number, answer?: Parameters<typeof receiver>[0], timeoutSeconds = 1) {
  const database = await testDatabase()
  const target = await receiver(answer)
  const endpoints = await addEndpoints(database, target.url, paths)
  const time = { now: new Date() }
  const config = alertConfig({ timeoutSeconds })
  const handler = new AlertHandler({ database, config, log, clock: () => time.now }, () => 0)
  const raise = () => raiseOneEach(database, endpoints, 'something happened', time.now)
  const desk = new Desk({ database, config, clock: () => time.now })
  return {
    database,
    ...target,
    endpoints,
    time,
    handler,
    desk,
    raise,
    drain: (id: string) => drainEndpoint(database, handler, id),
  }
}

const HUGE = 100 * 1024 * 1024

test('each answer has the outcome that it asks for, and no redirect is followed', async () => {
  const { database, endpoints, drain, received, time, raise } = await delivery(9, ({ path }, response) => {
    if (path === '/0') response.writeHead(200).end('thank you')
    if (path === '/1') response.writeHead(500).end('broken')
    if (path === '/2') response.writeHead(429, { 'retry-after': '120' }).end()
    if (path === '/3') response.writeHead(301, { location: '/0' }).end()
    if (path === '/4') response.writeHead(410).end()
    if (path === '/6') response.socket!.resetAndDestroy()
    if (path === '/7') {
      response.writeHead(200).flushHeaders()
      const drip = setInterval(() => response.write('.'), 1_000)
      response.on('close', () => clearInterval(drip))
    }
    if (path === '/8') {
      response.writeHead(200, { 'content-length': HUGE })
      const chunk = Buffer.alloc(64 * 1024, 'x')
      const pour = () => {
        while (!response.destroyed && response.write(chunk)) {}
      }
      response.on('drain', pour)
      pour()
    }
  })
  await raise()
  const rows = await Promise.all(endpoints.map(async (id) => (await drain(id))[0]!))
  expect(rows.map(({ status, outcome, code }) => [status, outcome, code])).toEqual([
    ['delivered', 'delivered', 200],
    ['pending', 'failed', 500],
    ['pending', 'throttled', 429],
    ['pending', 'failed', 301],
    ['dead', 'gone', 410],
    ['pending', 'failed', null],
    ['pending', 'failed', null],
    ['delivered', 'delivered', 200],
    ['delivered', 'delivered', 200],
  ])
  expect(rows[0]!.answer).toBe('thank you')
  expect(rows[5]!.answer).toBe('no answer within 1 s')
  expect(rows[8]!.answer.length).toBeLessThanOrEqual(500)
  expect(received.filter(({ path }) => path === '/0')).toHaveLength(1)
  expect(rows[1]!.due.getTime() - time.now.getTime()).toBeLessThan(2 * MINUTE)
  expect(rows[2]!.due.getTime() - time.now.getTime()).toBeGreaterThanOrEqual(2 * MINUTE)
  expect(await findEndpoint(database.db, endpoints[4]!)).toMatchObject({ disabledReason: 'It answered 410 Gone.' })
}, 20_000)

test('Retry-After holds back everything for that endpoint, and only that', async () => {
  const { endpoints, drain, received, time, raise } = await delivery(2, ({ path }, response) => {
    if (path === '/0') response.writeHead(429, { 'retry-after': '60' }).end()
    else response.writeHead(204).end()
  })
  await raise()
  for (const id of endpoints) await drain(id)
  await raise()
  for (const id of endpoints) await drain(id)
  expect(received.map(({ path }) => path)).toEqual(['/0', '/1', '/1'])
  time.now = new Date(time.now.getTime() + 61_000)
  await drain(endpoints[0]!)
  expect(received.filter(({ path }) => path === '/0').length).toBeGreaterThan(1)
})

test('an alert is tried on schedule under one id, each time with its own timestamp, and then given up', async () => {
  const { database, endpoints, drain, received, time, raise } = await delivery(
    1,
    (_, response) => void response.writeHead(500).end(),
  )
  const [endpoint] = endpoints as [string]
  await raise()
  const waits: number[] = []
  for (;;) {
    const [row] = await drain(endpoint)
    if (row!.status !== 'pending') break
    waits.push(row!.due.getTime() - time.now.getTime())
    const [job] = await database.sql<{ at: string }[]>`
      select start_after as at from pgboss.job where name = 'deliver' and data ->> 'endpointId' = ${endpoint}
      order by start_after desc limit 1`
    expect(new Date(job!.at)).toEqual(row!.due)
    time.now = row!.due
  }
  expect(waits).toEqual(RETRY_DELAYS_MS)
  expect(received).toHaveLength(RETRY_DELAYS_MS.length + 1)
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(new Set(received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(received.length)
  expect((await drain(endpoint))[0]).toMatchObject({ status: 'dead', attempts: RETRY_DELAYS_MS.length + 1 })
})

test('an endpoint that has failed for five days is disabled until somebody enables it', async () => {
  const { database, endpoints, drain, received, time, desk, raise } = await delivery(1, (_, response) => {
    response.writeHead(received.length > 2 ? 204 : 500).end()
  })
  const [endpoint] = endpoints as [string]
  const [first] = await raise()
  await drain(endpoint)
  await database.sql`update alerts set due_at = ${new Date(time.now.getTime() + 5 * DAY).toISOString()}`
  time.now = new Date(time.now.getTime() + 5 * DAY + MINUTE)
  await drain(endpoint)
  expect(await findEndpoint(database.db, endpoint)).toMatchObject({
    disabledReason: 'It has failed for five days.',
    wakeAt: null,
  })
  await raise()
  await drain(endpoint)
  expect(received).toHaveLength(2)
  await desk.enable(endpoint)
  expect(await desk.replay({ alertId: first! })).toBe(1)
  await drain(endpoint)
  await drain(endpoint)
  expect((await drain(endpoint)).map(({ status }) => status)).toEqual(['delivered', 'delivered'])
})

test('ten endpoints that hang do not delay a healthy one', async () => {
  const arrived = new Map<string, number>()
  const { database, endpoints } = await delivery(11, ({ path, headers }, response) => {
    if (path !== '/10') return
    arrived.set(String(headers['webhook-id']), performance.now())
    response.writeHead(204).end()
  })
  const context = { database, config: alertConfig(), log, clock: () => new Date() }
  const worker = new Worker({ database, log, handlers: { deliver: new DeliverHandler(context) }, concurrency: 1 })
  const working = worker.run()
  for (let i = 0; i < 5; i++) await raiseOneEach(database, endpoints.slice(0, 10))
  const healthy = endpoints.slice(10)
  const waits: number[] = []
  for (let i = 0; i < 40; i++) {
    const [id] = await raiseOneEach(database, healthy)
    const raisedAt = performance.now()
    await expect.poll(() => arrived.has(id!), { timeout: 10_000, interval: 2 }).toBe(true)
    waits.push(arrived.get(id!)! - raisedAt)
  }
  await worker.stop(0)
  await working
  const p95 = waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.95)]!
  console.log(`a healthy endpoint beside ten that hang: p95 ${Math.round(p95)} ms`)
  expect(p95).toBeLessThan(1_000)
}, 30_000)

test('a receiver verifies what it is sent with the official package, with both keys after a rotation', async () => {
  const { time, desk, drain, received, url } = await delivery(0)
  const request = { name: 'signed', channel: 'webhook', target: { url: `${url}/signed` }, template: null }
  const { id, secret } = await desk.addEndpoint(request)
  const { secret: newer, bothValidUntil } = await desk.rotate(id)
  await desk.test(id)
  await drain(id)
  const [{ headers, body }] = received as [(typeof received)[number]]
  for (const key of [secret!, newer]) {
    const verified = new Webhook(key).verify(body, headers as Record<string, string>)
    expect(verified).toMatchObject({ type: 'alert.test', data: { ticker: null } })
  }
  time.now = new Date(bothValidUntil.getTime() + 1)
  await desk.test(id)
  await drain(id)
  expect(received.at(-1)!.headers['webhook-signature']).not.toContain(' ')
})

test('nothing that is secret is stored in the clear, and another key opens nothing', async () => {
  const { database, desk, url } = await delivery(0)
  const token = 'tk_0123456789abcdef'
  const target = { server: url, topic: 'prices', token }
  const { id } = await desk.addEndpoint({ name: 'phone', channel: 'ntfy', target, template: null })
  const { secret } = await desk.addEndpoint({ name: 'hook', channel: 'webhook', target: { url }, template: null })
  const dump = JSON.stringify(await database.sql`select *, encode(sealed, 'escape') as raw from alert_endpoints`)
  for (const text of [token, secret!, secret!.slice(6)]) expect(dump).not.toContain(text)
  const config = alertConfig({ key: Buffer.alloc(32, 8).toString('base64') })
  const handler = new AlertHandler({ database, config, log, clock: () => new Date() })
  await desk.test(id)
  await expect(drainEndpoint(database, handler, id)).rejects.toThrow('MAMBACAST_ALERT_KEY does not open')
})

test('digests gather what fired since the last one into one alert', async () => {
  const { database, endpoints, drain, received, time, raise } = await delivery(1)
  const [endpoint] = endpoints as [string]
  await raise()
  await raise()
  await database.sql`update alerts set is_digested = true`
  await drain(endpoint)
  time.now = new Date(time.now.getTime() + 1)
  await drain(endpoint)
  expect(received.map(({ body }) => JSON.parse(String(body)))).toMatchObject([
    { type: 'alert.digest', data: { count: 2, alerts: [{ title: 'An alert' }, { title: 'An alert' }] } },
  ])
})

test('an endpoint whose job was lost is woken again', async () => {
  const { database, endpoints, drain, received, time, raise } = await delivery(1)
  await raise()
  await database.sql`delete from pgboss.job`
  await sweepAlerts(database.db, database.queue, time.now, log)
  expect(await database.sql`select 1 from pgboss.job where name = 'deliver'`).toHaveLength(0)
  time.now = new Date(time.now.getTime() + 3 * MINUTE)
  await sweepAlerts(database.db, database.queue, time.now, log)
  expect(await database.sql`select 1 from pgboss.job where name = 'deliver'`).toHaveLength(1)
  await drain(endpoints[0]!)
  expect(received).toHaveLength(1)
})
