import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import postgres from 'postgres'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { startMambacast } from '../test/support/mambacast.js'
import { cloneDatabase } from '../test/support/testDatabase.js'
import { fillLargeMarket } from './largeMarket.js'

const TICKERS = 500
const CONNECTIONS = 50
const SECONDS = 15

const symbols = Array.from({ length: TICKERS }, (_, i) => `T${String(i + 1).padStart(4, '0')}`)
const pages = symbols.map((symbol) => `/tickers/${symbol}`)
let databaseUrl: string

beforeAll(async () => {
  const { url, drop } = await cloneDatabase()
  databaseUrl = url
  const sql = postgres(url, { max: 1 })
  // What autovacuum does after filling empties the kept answers as any write does (docs/decisions/0009): not now.
  await sql`alter system set autovacuum = off`
  await sql`select pg_reload_conf()`
  await fillLargeMarket(sql, { tickers: TICKERS, sessions: 5_000, forecasts: 250 })
  await sql.end()
  return drop
}, 900_000)

/** The dashboard as a process of its own over that market; nothing else writes into it. */
async function dashboard(): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'mambacast-load-'))
  writeFileSync(join(cwd, 'mambacast.config.json'), JSON.stringify({ server: { port: 0 } }))
  const server = startMambacast(['serve', '--no-worker', '--no-schedule'], { DATABASE_URL: databaseUrl }, cwd)
  onTestFinished(async () => {
    server.child.kill('SIGINT')
    await server.ended
    rmSync(cwd, { recursive: true, force: true })
  })
  let output = ''
  server.child.stdout!.on('data', (text: string) => {
    output += text
  })
  await server.saw(/http:\/\/127\.0\.0\.1:\d+/)
  return output.match(/http:\/\/127\.0\.0\.1:\d+/)![0]
}

/** Asks for `paths` over 50 connections, each beginning elsewhere in the list, as browsers do: compressed. */
async function load(
  name: string,
  url: string,
  paths: readonly string[],
  length: { duration: number } | { amount: number },
) {
  let clients = 0
  const { latency, requests, duration, errors, non2xx } = await autocannon({
    ...{ url, connections: CONNECTIONS, timeout: 60, headers: { 'accept-encoding': 'gzip' }, ...length },
    setupClient: (client) => {
      const start = Math.floor((clients++ * paths.length) / CONNECTIONS)
      client.setRequests([...paths.slice(start), ...paths.slice(0, start)].map((path) => ({ path })))
    },
  })
  const { p50, p99, max } = latency
  const perSecond = Math.round(requests.total / duration)
  const model = cpus()[0]?.model
  console.log(
    JSON.stringify({ name, p50, p99, max, perSecond, load: loadavg()[0]!.toFixed(1), model, date: new Date() }),
  )
  expect({ errors, non2xx }).toEqual({ errors: 0, non2xx: 0 })
  return { p50, p99, perSecond }
}

test('the overview of 500 tickers: 300 pages a second, p50 under 40 ms, p99 under 120 ms at 50 connections', async () => {
  const url = await dashboard()
  await load('overview, warming up', url, ['/'], { duration: 3 })
  const { p50, p99, perSecond } = await load('overview', url, ['/'], { duration: SECONDS })
  expect({ p50: p50 < 40, p99: p99 < 120, perSecond: perSecond >= 300 }).toEqual({
    p50: true,
    p99: true,
    perSecond: true,
  })
}, 120_000)

test('pages of 500 tickers in turn: p50 under 40 ms, p99 under 120 ms at 50 connections once each was asked for', async () => {
  const url = await dashboard()
  await load('ticker pages, each for the first time', url, pages, { amount: TICKERS })
  const { p50, p99 } = await load('ticker pages', url, pages, { duration: SECONDS })
  expect({ p50: p50 < 40, p99: p99 < 120 }).toEqual({ p50: true, p99: true })
}, 300_000)

test('the API: overview and history', async () => {
  const url = await dashboard()
  await load('API, overview', url, ['/api/v1/overview'], { duration: SECONDS })
  await load('API, history', url, ['/api/v1/tickers/T0001/history?range=1y'], { duration: SECONDS })
}, 120_000)
