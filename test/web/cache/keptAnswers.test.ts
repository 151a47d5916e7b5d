import type { HttpBindings } from '@hono/node-server'
import type { Hono } from 'hono'
import type postgres from 'postgres'
import { expect, test } from 'vitest'
import { CHANNELS } from '../../../src/alerts/channels/channels.js'
import { loadConfig } from '../../../src/config.js'
import { Desk } from '../../../src/scheduler/alerts/alertDesk.js'
import { reachable } from '../../support/access.js'
import { alertConfig } from '../../support/alertSettings.js'
import { fillLifecycle } from '../../support/lifecycleFixture.js'
import { marketApp } from '../../support/marketApp.js'
import { cloneMarket } from '../../support/marketFixture.js'
import { MARKET_NOW } from '../../support/marketForecasts.js'

const RUN = '00000000-0000-4000-8000-000000000009'
const PATHS = [
  ...[
    '/',
    '/tickers/ACME',
    '/tickers/BOREAL?window=250',
    '/partials/tickers/ACME/next',
    '/tickers/ACME/prices',
    '/tickers/ACME/forecasts',
    '/tickers/ACME/rolling',
    '/tickers',
    '/models',
    '/alerts',
  ],
  ...['/runs', `/runs/${RUN}`, '/settings', '/evaluations', '/feeds/large-moves.atom?probability=0'],
  ...[
    'overview',
    'tickers',
    'tickers/ACME',
    'tickers/BOREAL/quality',
    'tickers/ACME/history',
    'lifecycle',
    'alerts',
  ].map((path) => `/api/v1/${path}`),
  ...['run', 'runs', `runs/${RUN}`, 'models?ticker=ACME', 'evaluations'].map((path) => `/api/v1/${path}`),
]
/** Texts of which only some are possible. */
const CHOICES =
  /^(trigger|status|exchange|timezone|origin|cause|outcome|channel|mode|role|purpose|kind|protocol|forecaster|digest_at|address)$/

/** The dashboard over a market in which something is under way, with a clock that is moved by hand. */
async function site() {
  let at = MARKET_NOW
  const now = () => at
  const market = await marketApp(cloneMarket, (database) => ({
    now,
    access: reachable({ trustedProxies: ['127.0.0.1/32'], userHeader: 'remote-user', operators: ['olga'] }),
    alerts: { desk: new Desk({ database, config: alertConfig(), clock: now }), channels: CHANNELS },
    settings: { config: loadConfig({}), sourceOf: () => undefined },
  }))
  await fillLifecycle(market.db)
  await fillRest(market.sql)
  return {
    ...market,
    passTime: (ms: number) => {
      at = new Date(at.getTime() + ms)
    },
  }
}

async function fillRest(sql: postgres.Sql): Promise<void> {
  const begun = MARKET_NOW.toISOString()
  for (const table of ['forecasts', 'champions', 'trial_forecasts'])
    await sql.unsafe(`alter table ${table} disable trigger ${table}_append_only`)
  await sql`insert into runs (id, trigger, status, started_at, heartbeat_at)
    values (${RUN}, 'schedule', 'running', ${begun}, ${begun})`
  await sql`insert into run_tickers (run_id, ticker, progress, facts)
    values (${RUN}, 'ACME', '{"stage":"train","done":1,"total":9}', '{"asOf":null,"inserted":0,"corrected":0,"settled":0,"forecasts":0}')`
  await sql`insert into alert_endpoints (name, channel, address, sealed) values ('mine', 'webhook', 'http://127.0.0.1:9', '')`
  await sql`insert into alerts (id, endpoint_id, subject, payload, status, due_at, created_at)
    select 'msg_1', id, 's', '{"type":"forecast.large_move","data":{"title":"t","ticker":"ACME"}}', 'dead', now(), now() from alert_endpoints`
  await sql`insert into alert_deliveries (alert_id, endpoint_id, attempt, at, request, status, outcome, latency_ms, answer)
    select id, endpoint_id, 1, now(), 'x', 500, 'failed', 1, 'a' from alerts`
  await sql`insert into source_states (ticker, provider, served_at) values ('BOREAL', 'csv', now())`
  await sql`insert into quality_findings (ticker, session, kind, value) values ('BOREAL', '2025-01-02', 'price_jump', 1)`
  await sql`insert into missed_runs (exchange, due_at, tickers, noticed_at) values ('XNYS', now(), '{ACME}', now())`
  await sql`insert into users (name, role, password_hash) values ('anna', 'viewer', 'x')`
  await sql`insert into api_tokens (name, token_hash, scopes, created_at) values ('t', 'h', '{read}', now())`
}

const FROM_PROXY = { incoming: { socket: { remoteAddress: '127.0.0.1' } } } as unknown as HttpBindings

/** What cannot be told from an answer made anew, but for who keeps it. */
async function answerOf(app: Hono, path: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await app.request(path, { headers: { 'remote-user': 'olga', ...headers } }, FROM_PROXY)
  expect([path, response.status]).toEqual([path, 200])
  return response.text()
}

let asked = 0
/** The pages whose kept answers are not what would be made now. */
async function outdated(app: Hono): Promise<string[]> {
  const found: string[] = []
  for (const path of PATHS) {
    const kept = await answerOf(app, path)
    if (kept !== (await answerOf(app, path, { 'hx-request': `${asked++}` }))) found.push(path)
  }
  return found
}

interface Column {
  readonly table: string
  readonly column: string
  readonly type: string
}

/** Columns that may be changed without breaking a key, of all tables that hold anything. */
const columnsOf = (sql: postgres.Sql) => sql<Column[]>`
  select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'changes'
    and a.attgenerated = '' and a.attidentity = ''
    and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'f') and a.attnum = any(k.conkey))
  order by c.relname, a.attname`

const CHANGED: Readonly<Record<string, (name: string) => string>> = {
  text: (name) => `${name} || '!'`,
  integer: (name) => `${name} + 1`,
  'double precision': (name) => `${name} + 0.25`,
  boolean: (name) => `not ${name}`,
  'timestamp with time zone': (name) => `coalesce(${name}, now()) + interval '1 hour'`,
}

test('whatever is written into whatever table, what is kept is what would be made anew', async () => {
  const { app, sql } = await site()
  await outdated(app)
  const able = (await columnsOf(sql)).filter(
    ({ column, type }) => type in CHANGED && !(type === 'text' && CHOICES.test(column)),
  )
  for (const table of new Set(able.map((column) => column.table))) {
    const columns = able.filter((column) => column.table === table)
    const set = columns.map(({ column, type }) => `"${column}" = ${CHANGED[type]!(`"${column}"`)}`)
    await sql.unsafe(`update "${table}" set ${set.join(', ')}`)
    expect([table, await outdated(app)]).toEqual([table, []])
  }
  await sql`update runs set heartbeat_at = heartbeat_at + interval '1 second'`
  expect(await outdated(app)).toEqual([])
}, 120_000)

test('whatever time it is, what is kept is what would be made anew', async () => {
  const { app, passTime } = await site()
  const [second, hour] = [1_000, 3_600_000]
  for (const ms of [second, 119 * second, second, hour, ...Array.from({ length: 24 }, () => 6 * hour)]) {
    passTime(ms)
    expect([ms, await outdated(app)]).toEqual([ms, []])
  }
}, 120_000)
