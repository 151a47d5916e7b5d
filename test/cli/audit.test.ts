import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { cloneDatabase, databaseFor, testDatabase } from '../support/testDatabase.js'

const lines = randomWalkCsv(401).trim().split('\n')
const upTo = (sessions: number) => lines.slice(0, sessions + 1)
const session = (n: number) => lines[n]!.split(',')[0]!

const folder = mkdtempSync(join(tmpdir(), 'mambacast-audit-'))
const MAMBACAST_CONFIG = join(folder, 'config.json')
let forecast: Awaited<ReturnType<typeof cloneDatabase>>

async function run(rows: readonly string[], url: string) {
  writeFileSync(join(folder, 'T.csv'), `${rows.join('\n')}\n`)
  const args = ['run', '--provider', 'csv', '--data', folder, '--ticker', 'T']
  const { code, stderr } = await mambacast(args, { DATABASE_URL: url, MAMBACAST_CONFIG })
  expect(code, stderr).toBe(0)
}

beforeAll(async () => {
  const config = { model: { training: { maxEpochs: 3 } }, forecast: { backtestSessions: 25, maxRefusedPct: 1 } }
  writeFileSync(MAMBACAST_CONFIG, JSON.stringify(config))
  forecast = await cloneDatabase()
  await run(upTo(400), forecast.url)
})
afterAll(async () => {
  await forecast?.drop()
  rmSync(folder, { recursive: true })
})

/** A copy of a database after one run over 400 sessions. */
async function forecastMarket() {
  const { url, sql } = await databaseFor(() => cloneDatabase(forecast.url))
  const audit = (...args: string[]) => mambacast(['audit', ...args], { DATABASE_URL: url, MAMBACAST_CONFIG })
  return { sql, run: (rows: readonly string[]) => run(rows, url), audit }
}

test('every forecast, live and backtest, network and baseline, comes out as recorded', async () => {
  const { audit } = await forecastMarket()
  const { code, stdout } = await audit('--json')
  expect(JSON.parse(stdout)).toEqual([{ ticker: 'T', checked: 26 * 8, differing: [], unverifiable: [] }])
  expect(code).toBe(0)
})

test('a forecast that was repainted is named, by one line and exit code 1', async () => {
  const { sql, audit } = await forecastMarket()
  await sql`alter table forecasts disable trigger all`
  await sql`update forecasts set mean = mean + 1e-9 where as_of = ${session(390)} and forecaster = 'mamba'`
  await sql`update forecasts set quantiles[3] = quantiles[3] - 0.01 where as_of = ${session(395)} and forecaster = 'ewma'`
  const { code, stdout, stderr } = await audit()
  expect(code).toBe(1)
  expect(stderr).toContain('2 forecasts do not come out as recorded')
  expect(stdout).toContain('T  208 forecasts made again, 2 differ, 0 cannot be made again')
  expect(stdout).toContain(`${session(390)} mamba (backtest): mean is recorded as`)
  expect(stdout).toContain(`${session(395)} ewma (backtest): quantiles[2] is recorded as`)
  const tolerant = await audit('--tolerance', '0.000001', '--json')
  expect(JSON.parse(tolerant.stdout)[0].differing).toHaveLength(1)
})

test('an explanation that was touched is named, as a forecast is', async () => {
  const { sql, audit } = await forecastMarket()
  await sql`update explanations set width_sessions[66] = width_sessions[66] + 0.01`
  const { code, stdout } = await audit('--last', '1')
  expect(code).toBe(1)
  expect(stdout).toContain('T  8 forecasts made again, 1 differ, 0 cannot be made again')
  expect(stdout).toContain(`${session(400)} mamba (live): width of ${session(400)} is recorded as`)
})

test('bars that were corrected since are taken back, so that the forecasts made before still stand', async () => {
  const { run, audit } = await forecastMarket()
  const corrected = upTo(401).map((line, i) => {
    if (i !== 350) return line
    const [date, open, high, low, close, volume] = line.split(',')
    return [date, open, high, low, close, Number(volume) + 5].join(',')
  })
  await run(corrected)
  const { code, stdout } = await audit('--json')
  expect(JSON.parse(stdout)).toEqual([{ ticker: 'T', checked: 27 * 8, differing: [], unverifiable: [] }])
  expect(code).toBe(0)
})

test('what was made from bars that are known no longer is counted apart, not passed', async () => {
  const { sql, audit } = await forecastMarket()
  await sql`update bars set close = close * 1.001 where session = ${session(300)}`
  const { code, stdout } = await audit()
  expect(stdout).toContain('T  0 forecasts made again, 0 differ, 208 cannot be made again')
  expect(stdout).toContain('208 not checked: the bars it was made from were replaced and are known no longer')
  expect(code).toBe(0)
})

test('wrong use is one clear line and exit code 2', async () => {
  const { url } = await testDatabase()
  const { code, stderr } = await mambacast(['audit', '--tolerance', 'x'], { DATABASE_URL: url })
  expect(stderr).toBe('--tolerance x: expected a number from 0 to 1\n')
  expect(code).toBe(2)
})
