import { pino } from 'pino'
import { expect, test } from 'vitest'
import { CHANNELS } from '../../src/alerts/channels/channels.js'
import { Desk } from '../../src/scheduler/alerts/alertDesk.js'
import { createApp } from '../../src/web/app.js'
import { LOOPBACK, reachable } from '../support/access.js'
import { alertConfig } from '../support/alertSettings.js'
import { testDatabase } from '../support/testDatabase.js'

const now = () => new Date('2025-06-14T08:00:00Z')
const url = 'http://127.0.0.1:9/hook'
const sameSite = { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()

async function alertsApp(access = LOOPBACK, config = alertConfig()) {
  const database = await testDatabase()
  const { db, sql } = database
  const log = pino({ level: 'silent' })
  const desk = new Desk({ database, config, clock: now })
  const app = createApp({ db, now, version: '1.2.3', log, access, alerts: { desk, channels: CHANNELS } })
  const post = (path: string, body = '', headers: Record<string, string> = sameSite) =>
    app.request(path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  const api = (path: string, method: string, body?: unknown, headers: Record<string, string> = {}) =>
    app.request(`/api/v1/alerts${path}`, {
      ...{ method, headers: { 'content-type': 'application/json', ...headers } },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  return { app, sql, desk, post, api, page: async () => (await app.request('/alerts')).text() }
}

const endpoint = { channel: 'webhook', name: 'mine', 'target.url': url }
const count = async (sql: Awaited<ReturnType<typeof alertsApp>>['sql']) =>
  (await sql`select 1 from alert_endpoints`).length

test('an endpoint is added by form, its secret shown once, and subscribed', async () => {
  const { post, page, sql } = await alertsApp()
  const added = await (await post('/alerts/endpoints', form(endpoint))).text()
  const secret = /whsec_[A-Za-z0-9+/]{43}=/.exec(added)![0]
  expect(await page()).toContain('mine')
  expect(await page()).not.toContain(secret)
  const [{ id }] = (await sql`select id from alert_endpoints`) as unknown as [{ id: string }]
  const fields = {
    events: 'forecast.large_move',
    tickers: 'ACME, BOREAL',
    moveSize: '2',
    moveProbability: '30',
    quietFrom: '22:00',
    quietTo: '07:00',
  }
  expect((await post(`/alerts/${id}/subscribe`, form(fields))).status).toBe(303)
  expect(await page()).toContain(
    'forecast.large_move of ACME, BOREAL; P(|move| &gt; 2 %) ≥ 30 %; when it begins to hold; quiet 22:00–07:00 UTC',
  )
  expect((await post(`/alerts/${id}/test`)).status).toBe(303)
  expect(await sql`select status from alerts`).toEqual([{ status: 'pending' }])
  const rotated = await (await post(`/alerts/${id}/rotate`)).text()
  expect(rotated).toMatch(/whsec_/)
  expect(rotated).not.toContain(secret)
  expect((await post(`/alerts/${id}/remove`)).status).toBe(303)
  expect(await count(sql)).toBe(0)
})

test('what another site asks for changes nothing', async () => {
  const { post, api, sql } = await alertsApp()
  const refused: [string, Promise<Response> | Response][] = [
    ['another origin', post('/alerts/endpoints', form(endpoint), { origin: 'https://evil.example' })],
    ['a sandboxed page', post('/alerts/endpoints', form(endpoint), { origin: 'null' })],
    ['no origin', post('/alerts/endpoints', form(endpoint), {})],
    ['cross-site', post('/alerts/endpoints', form(endpoint), { ...sameSite, 'sec-fetch-site': 'cross-site' })],
    ['a rebound name', post('/alerts/endpoints', form(endpoint), { ...sameSite, host: 'evil.example' })],
    ['through a proxy', post('/alerts/endpoints', form(endpoint), { ...sameSite, 'x-forwarded-for': '203.0.113.9' })],
    [
      'JSON of another site',
      api('/endpoints', 'POST', { channel: 'webhook', target: { url } }, { origin: 'https://evil.example' }),
    ],
    [
      'text that is JSON',
      api('/endpoints', 'POST', { channel: 'webhook', target: { url } }, { 'content-type': 'text/plain' }),
    ],
    [
      'JSON under a rebound name',
      api('/endpoints', 'POST', { channel: 'webhook', target: { url } }, { host: 'evil.example' }),
    ],
  ]
  for (const [what, answer] of refused) expect([what, [403, 415].includes((await answer).status)]).toEqual([what, true])
  expect(await count(sql)).toBe(0)
})

test('a dashboard that everybody may read shows alerts, changes none, and says so', async () => {
  const { post, api, page, sql } = await alertsApp(reachable({ public: true }))
  const html = await page()
  expect(html).toContain('changes need an operator')
  expect(html).not.toContain('<form')
  const answer = await post('/alerts/endpoints', form(endpoint))
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login'])
  expect((await api('/endpoints', 'POST', { channel: 'webhook', target: { url } })).status).toBe(401)
  expect(await count(sql)).toBe(0)
})

test('the API does what the page does', async () => {
  const { api, sql } = await alertsApp()
  const added = await api('/endpoints', 'POST', { name: 'mine', channel: 'webhook', target: { url } })
  expect(added.status).toBe(201)
  const { id, secret } = (await added.json()) as { id: string; secret: string }
  const subscription = { endpointId: id, events: ['forecast.settled'], tickers: ['ACME'], mode: 'each' }
  expect((await api('/subscriptions', 'POST', subscription)).status).toBe(201)
  expect((await api(`/${id}/test`, 'POST')).status).toBe(202)
  const listed = await (await api('', 'GET')).text()
  expect(JSON.parse(listed)).toMatchObject({
    endpoints: [{ id, pending: 1, subscriptions: [{ events: ['forecast.settled'] }] }],
  })
  expect(listed).not.toContain(secret)
  expect(listed).not.toContain('sealed')
  expect((await api(`/${id}/rotate`, 'POST')).status).toBe(200)
  expect(await (await api('/replay', 'POST', { endpointId: id, since: '2025-01-01' })).json()).toEqual({ replayed: 0 })
  expect((await api(`/${id}`, 'DELETE')).status).toBe(204)
  expect(await count(sql)).toBe(0)
})

test('what cannot be used is a problem that says why', async () => {
  const { api, post } = await alertsApp()
  const wrong: [Promise<Response> | Response, string][] = [
    [
      api('/endpoints', 'POST', { channel: 'webhook', target: { url: 'https://10.0.0.1/' } }),
      'not on the list of allowed hosts',
    ],
    [api('/endpoints', 'POST', { channel: 'slack', target: {} }), 'slack: url: is missing'],
    [api('/endpoints', 'POST', { channel: 'webhook' }), 'target'],
    [api('/subscriptions', 'POST', { endpointId: 'x', events: [] }), 'endpointId'],
    [api('/nobody/test', 'POST'), 'nothing has the id'],
    [post('/alerts/nobody/remove'), 'nothing has the id'],
  ]
  for (const [answer, reason] of wrong) {
    expect((await answer).status).toBe(400)
    expect(await (await answer).text()).toContain(reason)
  }
})

test('names and answers of others are shown as text, under the strict policy', async () => {
  const { desk, page, sql, app } = await alertsApp()
  const hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
  const { id } = await desk.addEndpoint({ name: hostile, channel: 'webhook', target: { url }, template: null })
  const alert = await desk.test(id)
  await sql`insert into alert_deliveries (alert_id, endpoint_id, attempt, at, request, status, outcome, latency_ms, answer)
    values (${alert}, ${id}, 1, now(), 'webhook', 500, 'failed', 5, ${hostile})`
  await sql`update alerts set status = 'dead'`
  const html = await page()
  expect(html).not.toMatch(/<script>alert|<img|<style|\sstyle=/)
  expect(html).toContain('given up')
  expect((await app.request('/alerts')).headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await (await app.request('/')).text()).toContain('1 alert could not be delivered')
})

test('without a key for its secrets the page says how to make one, and offers no form', async () => {
  const { page } = await alertsApp(LOOPBACK, alertConfig({ key: undefined }))
  const html = await page()
  expect(html).toContain('MAMBACAST_ALERT_KEY')
  expect(html).not.toContain('action="/alerts/endpoints"')
})
