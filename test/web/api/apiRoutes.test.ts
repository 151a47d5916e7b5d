import { Validator } from '@seriousme/openapi-schema-validator'
import type { Hono } from 'hono'
import { expect, test } from 'vitest'
import { CHANNELS } from '../../../src/alerts/channels/channels.js'
import type { ScoreSeries } from '../../../src/db/rollingScores.js'
import { Desk } from '../../../src/scheduler/alerts/alertDesk.js'
import { allEndpoints } from '../../../src/web/api/allEndpoints.js'
import type { Endpoint } from '../../../src/web/api/endpoint.js'
import type { HistoryView } from '../../../src/web/api/historyView.js'
import type { ApiDocument } from '../../../src/web/api/openapi.js'
import { joined } from '../../../src/web/api/paging.js'
import { alertConfig } from '../../support/alertSettings.js'
import { explain, explanation } from '../../support/explained.js'
import { marketApp } from '../../support/marketApp.js'
import { MARKET_NOW } from '../../support/marketForecasts.js'

const API = '/api/v1'
const now = () => MARKET_NOW

/** The whole API with an endpoint of alerts whose test has been attempted. */
async function fullApi() {
  const market = await marketApp(undefined, (database) => ({
    alerts: { desk: new Desk({ database, config: alertConfig(), clock: now }), channels: CHANNELS },
  }))
  const { db, sql } = market
  const desk = new Desk({ database: market, config: alertConfig(), clock: now })
  const { id } = await desk.addEndpoint({
    ...{ name: 'mine', channel: 'webhook', template: null },
    target: { url: 'http://127.0.0.1:9/hook' },
  })
  const alert = await desk.test(id)
  await sql`insert into alert_deliveries (alert_id, endpoint_id, attempt, at, request, status, outcome, latency_ms, answer)
    values (${alert}, ${id}, 1, now(), 'webhook', 500, 'failed', 5, 'no')`
  await sql`insert into evaluations (ticker, model, seed, experiment, data_hash, protocol, settings, record, code_version)
    values ('ACME', 'mamba', 1, 'e', 'd', 'next-day', '{}', '{"protocol":"next-day"}', '0.1.0')`
  await sql`insert into quality_findings (ticker, session, kind, value) values ('ACME', '2025-06-02', 'gap', 3)`
  await sql`insert into source_states (ticker, provider, served_at) values ('ACME', 'csv', now())`
  await explain(db, explanation(0))
  const endpoints = allEndpoints({ db, now, version: '1', alerts: { desk, channels: CHANNELS } })
  const json = async (path: string) => JSON.parse(await market.text(path))
  return { ...market, endpoints, json }
}

const documentOf = async (app: Hono): Promise<ApiDocument> =>
  (await (await app.request(`${API}/openapi.json`)).json()) as ApiDocument

test('every route under /api/v1 is in the document, and the document is OpenAPI 3.1', async () => {
  const { app } = await fullApi()
  const document = await documentOf(app)
  expect(await new Validator().validate(structuredClone(document) as never)).toEqual({ valid: true })
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${API}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  const routed = app.routes
    .filter(({ method, path }) => path.startsWith(`${API}/`) && method !== 'ALL')
    .map(({ method, path }) => `${method} ${path}`)
  expect(routed.length).toBeGreaterThan(20)
  expect(new Set(documented)).toEqual(new Set(routed))
})

test('what is really answered satisfies the schemas that describe it', async () => {
  const { app, endpoints, json } = await fullApi()
  const [run] = (await json(`${API}/runs`)).items
  const [model] = (await json(`${API}/models?ticker=ACME`)).items
  const values: Record<string, string> = {
    '/runs/{id}': run.id,
    '/models/{id}': model.id,
    '/evaluations/{ticker}/{model}/{seed}/{experiment}/{dataHash}': 'ACME/mamba/1/e/d',
  }
  const reading = endpoints.filter(
    ({ method, answer }) => method === 'get' && answer !== null && typeof answer !== 'string',
  )
  expect(reading.length).toBeGreaterThan(15)
  for (const { path, answer } of reading) {
    const filled = path.replace('{symbol}', 'ACME').replace(/\{.*\}/, values[path] ?? '')
    const response = await app.request(API + filled)
    expect([path, response.status]).toEqual([path, 200])
    const body: unknown = await response.json()
    const result = (answer as Exclude<Endpoint['answer'], string | null>).safeParse(body)
    expect([path, result.error?.issues ?? []]).toEqual([path, []])
    if (body !== null && typeof body === 'object' && 'items' in body)
      expect([path, (body.items as unknown[]).length > 0]).toEqual([path, true])
  }
})

const LISTS = [
  '/tickers',
  '/overview?sort=up&dir=desc',
  '/tickers/ACME/bars?from=2025-05-01',
  '/tickers/ACME/forecasts?from=2025-06-01',
  '/tickers/ACME/errors?from=2025-05-01',
  '/models',
]

test.each(LISTS)('%s read in pages is the same list as read at once', async (list) => {
  const { json } = await fullApi()
  const { items: whole, next: none } = await json(`${API}${list}${list.includes('?') ? '&' : '?'}limit=500`)
  expect(none).toBeNull()
  expect(whole.length).toBeGreaterThan(2)
  const read: unknown[] = []
  let pages = 0
  for (let address: string | null = `${API}${list}${list.includes('?') ? '&' : '?'}limit=2`; address; pages += 1) {
    const page: { items: unknown[]; next: string | null } = await json(address)
    read.push(...page.items)
    address = page.next
  }
  expect(pages).toBeGreaterThan(1)
  expect(read).toEqual(whole)
})

test('what is asked for wrongly is a problem with the right status', async () => {
  const { app, logged } = await fullApi()
  const wrong: [string, number][] = [
    ['/tickers?limit=0', 400],
    ['/tickers?limit=many', 400],
    ['/tickers/ACME/forecasts?cursor=x', 400],
    ['/tickers/ACME/forecasts?cursor=WzFd', 400],
    ['/tickers/ACME/bars?from=yesterday', 400],
    ['/runs?cursor=%00', 400],
    ['/tickers?cursor=%00', 400],
    ['/tickers/ACME/bars?from=0000-01-01', 400],
    [`/evaluations?cursor=${joined(['a', 'b', 2 ** 40, 'd', 'e'])}`, 400],
    [`/evaluations?cursor=${joined(['a', 'b\0', 1, 'd', 'e'])}`, 400],
    ['/runs/1', 404],
    ['/runs/00000000-0000-4000-8000-000000000000', 404],
    ['/models/nothing', 404],
    ['/models/%00', 404],
    ['/models?ticker=%00', 400],
    ['/tickers/NOBODY', 404],
    ['/tickers/NOBODY/bars.csv', 404],
    ['/tickers/%00/quality', 404],
    ['/evaluations/a/b/c/d/e', 404],
    ['/evaluations/a/b/99999999999/d/e', 404],
    ['/alerts/log?cursor=-1', 400],
  ]
  for (const [path, status] of wrong) {
    const response = await app.request(API + path)
    expect([path, response.status]).toEqual([path, status])
    expect(response.headers.get('Content-Type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ status, type: 'about:blank' })
  }
  expect(logged).toEqual([])
})

test('history holds display prices, outcomes and the fan of the next session', async () => {
  const { text } = await marketApp()
  const history = JSON.parse(await text('/api/v1/tickers/ACME/history?range=all')) as HistoryView
  expect(history.bars.close).toHaveLength(330)
  expect(history.next).toMatchObject({ session: '2025-06-16', origin: 'live', returnPct: null })
  expect(history.next!.fan).toHaveLength(9)
  const origins = new Set(history.forecasts.map(({ origin }) => origin))
  expect(origins).toEqual(new Set(['live', 'backtest']))
  const closes = new Map(history.bars.session.map((session, i) => [session, history.bars.close[i]!]))
  for (const { asOf, session, prices, pct, returnPct } of history.forecasts) {
    const base = closes.get(asOf)!
    expect(prices[0]).toBeCloseTo(base * (1 + pct[0] / 100), 4)
    expect(closes.get(session)).toBeCloseTo(base * (1 + returnPct! / 100), 4)
  }
})

test('scores run side by side with their sessions', async () => {
  const { text } = await marketApp()
  const answer = await text('/api/v1/tickers/ACME/scores?figure=mae&vs=ewma')
  const { series } = JSON.parse(answer) as { series: ScoreSeries[] }
  expect(series.map(({ forecaster }) => forecaster)).toEqual(['ewma', 'mamba'])
  for (const { sessions, values } of series) expect(values).toHaveLength(sessions.length)
})

test('the overview is filtered and sorted as the page is', async () => {
  const { text } = await marketApp()
  const symbols = async (query: string) =>
    (JSON.parse(await text(`/api/v1/overview${query}`)) as { items: { symbol: string }[] }).items.map(
      ({ symbol }) => symbol,
    )
  expect(await symbols('')).toEqual(['ACME', 'BOREAL', 'SAMPLE-A'])
  expect(await symbols('?dir=desc')).toEqual(['SAMPLE-A', 'BOREAL', 'ACME'])
  expect(await symbols('?verdict=skill')).toEqual(['ACME'])
  expect(await symbols('?q=bor')).toEqual(['BOREAL'])
})
