import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import autocannon from 'autocannon'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { connect, type Database } from '../src/db/database.js'
import { startMambacast } from '../test/support/mambacast.js'
import { cloneDatabase } from '../test/support/testDatabase.js'
import { fillLargeMarket } from './largeMarket.js'
import { parentOf, processorMs } from './processorTime.js'
import { type Copied, keepAlive, writeRun, writeSession } from './runWrites.js'

const TICKERS = 500
const CONNECTIONS = 50
const SECONDS = 15
/** Of the daily job (docs/performance.md). */
const TICKERS_PER_SECOND = 5
const WITHIN = { p50: true, p99: true }

const symbols = Array.from({ length: TICKERS }, (_, i) => `T${String(i + 1).padStart(4, '0')}`)
const pages = symbols.map((symbol) => `/tickers/${symbol}`)
let databaseUrl: string
let database: Database
let postmaster: number

beforeAll(async () => {
  const { url, drop } = await cloneDatabase()
  databaseUrl = url
  database = connect(url, 2)
  await fillLargeMarket(database.sql, { tickers: TICKERS, sessions: 5_000, forecasts: 250 })
  const [{ pid }] = await database.sql<[{ pid: number }]>`select pg_backend_pid() as pid`
  postmaster = parentOf(pid)
  return async () => {
    await database.close()
    await drop()
  }
}, 900_000)

interface Dashboard {
  readonly url: string
  readonly pid: number
}

/** The dashboard as a process of its own over that market, which looks after the queue as always; its worker is elsewhere. */
async function dashboard(): Promise<Dashboard> {
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
  return { url: output.match(/http:\/\/127\.0\.0\.1:\d+/)![0], pid: server.child.pid! }
}

/** Asks for `paths` over 50 connections, each beginning elsewhere in the list, as browsers do: compressed. */
async function load(
  name: string,
  { url, pid }: Dashboard,
  paths: readonly string[],
  length: { duration: number } | { amount: number },
) {
  let clients = 0
  const before = [processorMs(pid), processorMs(postmaster, true)] as const
  const { latency, requests, duration, errors, non2xx } = await autocannon({
    ...{ url, connections: CONNECTIONS, timeout: 60, headers: { 'accept-encoding': 'gzip' }, ...length },
    setupClient: (client) => {
      const start = Math.floor((clients++ * paths.length) / CONNECTIONS)
      client.setRequests([...paths.slice(start), ...paths.slice(0, start)].map((path) => ({ path })))
    },
  })
  const { p50, p99, max } = latency
  const perSecond = Math.round(requests.total / duration)
  const perPage = (ms: number) => Number((ms / requests.total).toFixed(2))
  const [serverMs, postgresMs] = [
    perPage(processorMs(pid) - before[0]),
    perPage(processorMs(postmaster, true) - before[1]),
  ]
  print(name, { p50, p99, max, perSecond, serverMs, postgresMs })
  expect({ errors, non2xx }).toEqual({ errors: 0, non2xx: 0 })
  return { p50, p99, perSecond }
}

const print = (name: string, figures: Record<string, number>) =>
  console.log(
    JSON.stringify({ name, ...figures, load: loadavg()[0]!.toFixed(1), model: cpus()[0]?.model, date: new Date() }),
  )

const within = ({ p50, p99 }: { p50: number; p99: number }) => ({ p50: p50 < 40, p99: p99 < 120 })

/** Does `work` while `write` goes on. */
function beside<T, W>(write: (signal: AbortSignal) => Promise<W>, work: () => Promise<T>): Promise<[T, W]> {
  const end = new AbortController()
  return Promise.all([work().finally(() => end.abort()), write(end.signal)])
}

/** Waits until the server has had next to nothing to do for 20 s; returns after how many seconds that began. */
async function settled(pid: number): Promise<number> {
  const begun = performance.now()
  let lastBusy = begun
  for (let used = processorMs(pid); performance.now() - lastBusy < 20_000; ) {
    await delay(1_000)
    const now = processorMs(pid)
    if (now - used > 100) lastBusy = performance.now()
    used = now
  }
  return Math.round((lastBusy - begun) / 1_000)
}

test('the overview of 500 tickers: 300 pages a second, p50 under 40 ms, p99 under 120 ms at 50 connections', async () => {
  const served = await dashboard()
  await load('overview, warming up', served, ['/'], { duration: 3 })
  const [found] = await beside(
    (signal) => keepAlive(database, signal),
    () => load('overview, beside heartbeats', served, ['/'], { duration: SECONDS }),
  )
  expect({ ...within(found), perSecond: found.perSecond >= 300 }).toEqual({ ...WITHIN, perSecond: true })
}, 120_000)

test('pages of 500 tickers in turn: p50 under 40 ms, p99 under 120 ms at 50 connections once each was asked for', async () => {
  const served = await dashboard()
  await load('ticker pages, each for the first time', served, pages, { amount: TICKERS })
  const [found] = await beside(
    (signal) => keepAlive(database, signal),
    () => load('ticker pages, beside heartbeats', served, pages, { duration: SECONDS }),
  )
  expect(within(found)).toEqual(WITHIN)
}, 300_000)

test('pages of 500 tickers in turn, while a run works on other tickers: p50 under 40 ms, p99 under 120 ms', async () => {
  const served = await dashboard()
  const others = symbols.slice(0, SECONDS * TICKERS_PER_SECOND).map((from): Copied => [from.replace('T', 'R'), from])
  await database.sql`insert into tickers (symbol, provider, exchange, timezone, is_sample)
    select symbol, 'sample', 'SAMPLE', 'UTC', true from unnest(${others.map(([symbol]) => symbol)}::text[]) symbol`
  await load('ticker pages, each for the first time', served, pages, { amount: TICKERS })
  const run = { tickers: others, session: '2025-06-16', perSecond: TICKERS_PER_SECOND }
  const [found, written] = await beside(
    (signal) => writeRun(database, { ...run, signal }),
    () => load('ticker pages, beside a run of other tickers', served, pages, { duration: SECONDS }),
  )
  print('tickers written meanwhile', { written })
  await beside(
    (signal) =>
      writeRun(database, {
        ...run,
        tickers: others.slice(0, written).map(([symbol]) => [symbol, symbol]),
        session: '2025-06-17',
        signal,
      }),
    () => load('overview, beside a run, whose progress it shows', served, ['/'], { duration: SECONDS }),
  )
  expect(within(found)).toEqual(WITHIN)
}, 300_000)

test('pages of 500 tickers right after a run wrote to all of them, and once nobody had asked for a while', async () => {
  const served = await dashboard()
  const all = symbols.map((symbol): Copied => [symbol, symbol])
  await load('ticker pages, each for the first time', served, pages, { amount: TICKERS })
  const run = { tickers: all, session: '2025-06-16', perSecond: TICKERS_PER_SECOND }
  const [, written] = await beside(
    (signal) => writeRun(database, { ...run, signal }),
    () => load('ticker pages, beside a run of those very tickers', served, pages, { duration: SECONDS }),
  )
  print('tickers written meanwhile', { written })
  await writeSession(database.sql, all, '2025-06-17')
  await load('ticker pages, right after a session of all was written', served, pages, { amount: TICKERS })
  await writeSession(database.sql, all, '2025-06-18')
  print('pages renewed in seconds', { seconds: await settled(served.pid) })
  const found = await load('ticker pages, once they were renewed', served, pages, { duration: SECONDS })
  expect(within(found)).toEqual(WITHIN)
}, 600_000)

test('the API: overview and history', async () => {
  const served = await dashboard()
  await load('API, overview', served, ['/api/v1/overview'], { duration: SECONDS })
  await load('API, history', served, ['/api/v1/tickers/T0001/history?range=1y'], { duration: SECONDS })
}, 120_000)
