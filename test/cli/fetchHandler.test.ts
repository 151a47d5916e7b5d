import { afterEach, expect, test, vi } from 'vitest'
import { addToken } from '../../src/db/apiTokens.js'
import { connect, type Db } from '../../src/db/database.js'
import { Desk } from '../../src/scheduler/alerts/alertDesk.js'
import { newToken, secretHash } from '../../src/web/access/secret.js'
import { ALERT_KEY, alertConfig } from '../support/alertSettings.js'
import { fillLifecycle, PASSING } from '../support/lifecycleFixture.js'
import { cloneMarket } from '../support/marketFixture.js'
import { testDatabase } from '../support/testDatabase.js'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules() // A function's first request decides on its database.
})

async function tokenFor(db: Db, scope: 'read' | 'operate'): Promise<Record<string, string>> {
  const token = newToken()
  await addToken(db, { name: scope, scopes: [scope], tokenHash: secretHash(token), createdAt: new Date() })
  return { authorization: `Bearer ${token}` }
}

test('hosts that call a function get the dashboard from DATABASE_URL, closed to all who do not log in', async () => {
  const { db, url } = await testDatabase()
  vi.stubEnv('DATABASE_URL', '')
  const { fetch } = await import('../../src/cli/fetchHandler.js')
  expect(() => fetch(new Request('http://host/'))).toThrow(/DATABASE_URL is needed/)
  vi.stubEnv('DATABASE_URL', url)
  for (const address of ['https://host/', 'http://localhost/', 'http://127.0.0.1:3000/']) {
    const page = await fetch(new Request(address))
    expect([address, page.status, page.headers.get('location')]).toEqual([address, 303, '/login?to=%2F'])
  }
  expect((await fetch(new Request('http://localhost/api/v1/tickers'))).status).toBe(401)
  expect((await fetch(new Request('http://host/readyz'))).status).toBe(200)

  const page = await fetch(new Request('https://host/', { headers: await tokenFor(db, 'read') }))
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('No tickers yet')
})

test('a model that is promoted there is told of, for the next tick to deliver', async () => {
  const { url } = await cloneMarket()
  const database = connect(url, 2)
  await fillLifecycle(database.db)
  const desk = new Desk({ database, config: alertConfig(), clock: () => new Date() })
  const hook = { name: 'hook', channel: 'webhook', target: { url: 'http://127.0.0.1:9/hook' }, template: null }
  const { id: endpointId } = await desk.addEndpoint(hook)
  await desk.subscribe({
    ...{ endpointId, events: ['model.promoted'], tickers: [], exchange: null, condition: {}, mode: 'each' },
    ...{ cooldownMinutes: 0, digestAt: '08:00', quietHours: null, timezone: 'UTC' },
  })
  vi.stubEnv('DATABASE_URL', url)
  vi.stubEnv('MAMBACAST_ALERT_KEY', ALERT_KEY)
  const { fetch } = await import('../../src/cli/fetchHandler.js')
  const headers = await tokenFor(database.db, 'operate')
  const answer = await fetch(new Request(`https://host/models/${PASSING}/promote`, { method: 'POST', headers }))
  expect(answer.status).toBe(303)
  const told = await database.sql`select payload -> 'data' ->> 'model' as model from alerts`
  expect(told.map(({ model }) => model)).toEqual([PASSING])
  expect(await database.queue.waiting()).toBe(1)
  await database.close()
})
