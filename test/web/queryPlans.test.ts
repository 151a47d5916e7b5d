import { drizzle } from 'drizzle-orm/postgres-js'
import { pino } from 'pino'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fillLargeMarket } from '../../bench/largeMarket.js'
import { CHANNELS } from '../../src/alerts/channels/channels.js'
import { connect, type Database } from '../../src/db/database.js'
import * as schema from '../../src/db/schema.js'
import { Desk } from '../../src/scheduler/alerts/alertDesk.js'
import { createApp } from '../../src/web/app.js'
import { LOOPBACK } from '../support/access.js'
import { alertConfig } from '../support/alertSettings.js'
import { MARKET_NOW } from '../support/marketForecasts.js'
import { cloneDatabase } from '../support/testDatabase.js'

/** Tables that grow with every session, run or alert: none of them may be read from end to end. */
const GROWING = [
  ...['bars', 'forecasts', 'outcomes', 'scores', 'verdicts', 'models', 'evaluations', 'quality_findings'],
  ...['runs', 'run_tickers', 'alerts', 'alert_deliveries', 'bar_revisions', 'changes'],
]
const RUN = '00000000-0000-4000-8000-000000000007'

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly Plan[]
}

interface Asked {
  readonly text: string
  readonly values: unknown[]
}

let database: Database
let drop: () => Promise<void>
const asked: Asked[] = []
let explaining: postgres.Sql
let listening: postgres.Sql
let ask: (path: string) => Promise<number>

beforeAll(async () => {
  const clone = await cloneDatabase()
  drop = clone.drop
  database = connect(clone.url, 2)
  explaining = postgres(clone.url, { max: 1 })
  await fillLargeMarket(explaining, { tickers: 60, sessions: 400, forecasts: 60 })
  await fillRest(explaining)
  listening = postgres(clone.url, {
    max: 4,
    debug: (_, text, values) => asked.push({ text, values: values as unknown[] }),
  })
  const alerts = { desk: new Desk({ database, config: alertConfig(), clock: () => MARKET_NOW }), channels: CHANNELS }
  const app = createApp({
    ...{ db: drizzle(listening, { schema }), now: () => MARKET_NOW, version: '1', log: pino({ level: 'silent' }) },
    ...{ access: LOOPBACK, alerts },
  })
  ask = async (path) => {
    const response = await app.request(path)
    await response.arrayBuffer()
    return response.status
  }
}, 120_000)

afterAll(async () => {
  await listening?.end()
  await explaining?.end()
  await database?.close()
  await drop?.()
})

/** Runs, alerts and evaluations as they are after some years. */
async function fillRest(sql: postgres.Sql): Promise<void> {
  await sql`insert into runs (id, trigger, status, started_at, finished_at)
    select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, 'schedule', 'done', '2020-01-01'::timestamptz + i * interval '1 day',
      now() from generate_series(1, 2000) i`
  await sql`insert into run_tickers (run_id, ticker, progress, facts, finished_at)
    select id, symbol, '{"stage":"done","done":1,"total":1}', '{}', now() from (select id from runs order by started_at desc limit 400) r cross join tickers on conflict do nothing`
  await sql`insert into alert_endpoints (name, channel, address, sealed) select 'a', 'webhook', 'x', '' from generate_series(1, 20)`
  await sql`insert into alerts (id, endpoint_id, subject, payload, status, due_at, created_at)
    select 'msg_' || id || i, id, 's' || i, '{"type":"alert.test","data":{"title":"t"}}', 'delivered', now(), now()
    from alert_endpoints cross join generate_series(1, 500) i`
  await sql`insert into alert_deliveries (alert_id, endpoint_id, attempt, at, request, status, outcome, latency_ms, answer)
    select id, endpoint_id, 1, now(), 'x', 200, 'delivered', 1, '' from alerts`
  await sql`insert into evaluations (ticker, model, seed, experiment, data_hash, protocol, settings, record, code_version)
    select symbol, 'm' || i, 1, 'e', 'd', 'next-day', '{}', '{}', '1' from tickers cross join generate_series(1, 200) i`
  await sql`insert into quality_findings (ticker, session, kind, value)
    select ticker, session, 'gap', 1 from bars where extract(day from session) < 10`
  await sql`insert into changes (xid, about) select (3 + i % 500)::text::xid8, 'T' || i from generate_series(1, 5000) i`
  await sql`analyze`
}

/** Growing tables that `plan` reads from end to end. */
const seqScans = (plan: Plan): string[] => [
  ...(plan['Node Type'] === 'Seq Scan' && GROWING.includes(plan['Relation Name'] ?? '')
    ? [plan['Relation Name']!]
    : []),
  ...(plan.Plans ?? []).flatMap(seqScans),
]

async function scansOf({ text, values }: Asked): Promise<string[]> {
  if (!/^\s*(select|with)\b/i.test(text)) return []
  const planned = await explaining.unsafe(`explain (format json) ${text}`, values as never[])
  // What a connection keeps for any values (src/db/database.ts, `prepared`).
  const kept = await explaining.unsafe(`explain (generic_plan, format json) ${text}`)
  return [planned, kept].flatMap(([row]) =>
    seqScans((row as unknown as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN'][0].Plan),
  )
}

const API = '/api/v1'
test.each([
  '/',
  '/?q=t00&verdict=none&sort=up&dir=desc',
  '/partials/board',
  '/tickers',
  '/tickers/T0007',
  '/tickers/T0007?range=all&window=250&figure=crps&vs=garch&vs=har',
  '/tickers/T0007/prices',
  '/tickers/T0007/prices?before=2024-08-01',
  '/tickers/T0007/forecasts?before=2025-06-01',
  '/tickers/T0007/rolling?before=2025-06-01',
  '/partials/tickers/T0007/next',
  '/runs',
  `/runs/${RUN}`,
  '/alerts',
  '/docs',
  '/feeds/large-moves.atom?probability=0',
  '/feeds/large-moves.ics?probability=0&ticker=T0007',
  `${API}/tickers?active=true&cursor=T0003`,
  `${API}/overview?limit=10&cursor=20`,
  `${API}/tickers/T0007`,
  `${API}/tickers/T0007/history?range=5y`,
  `${API}/tickers/T0007/scores?vs=ewma`,
  `${API}/tickers/T0007/quality`,
  `${API}/tickers/T0007/bars?from=2024-01-01&cursor=2025-01-01`,
  `${API}/tickers/T0007/forecasts?limit=10`,
  `${API}/tickers/T0007/forecasts?forecaster=mamba`,
  `${API}/tickers/T0007/errors?forecaster=mamba`,
  `${API}/tickers/T0007/bars.csv`,
  `${API}/tickers/T0007/forecasts.csv`,
  `${API}/tickers/T0007/errors.csv`,
  `${API}/run`,
  `${API}/runs`,
  `${API}/runs/${RUN}`,
  `${API}/models?cursor=T0003-1`,
  `${API}/models?ticker=T0007`,
  `${API}/models/T0003-1`,
  `${API}/evaluations?limit=5`,
  `${API}/evaluations?ticker=T0007`,
  `${API}/evaluations/T0007/m7/1/e/d`,
  `${API}/alerts`,
  `${API}/alerts/log?cursor=5000`,
])('%s reads no growing table from end to end', async (path) => {
  asked.length = 0
  expect(await ask(path)).toBe(200)
  const queries = [...asked]
  if (path !== '/docs') expect(queries.length).toBeGreaterThan(1)
  const found: { readonly scans: string[]; readonly text: string }[] = []
  for (const query of queries) {
    const scans = await scansOf(query)
    if (scans.length > 0) found.push({ scans, text: query.text })
  }
  expect(found).toEqual([])
})

test('a query that reads a whole table is found', async () => {
  expect(await scansOf({ text: 'select * from forecasts where mean > $1', values: [0] })).toEqual([
    'forecasts',
    'forecasts',
  ])
})
