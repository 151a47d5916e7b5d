import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { countRows } from '../support/countRows.js'
import { mambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { hasSharedData, sharedData } from '../support/sharedData.js'
import { testDatabase } from '../support/testDatabase.js'

const BASELINES = ['zero', 'drift', 'hist', 'ewma', 'fhs', 'garch', 'har']

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'few-epochs.json'), JSON.stringify({ model: { training: { maxEpochs: 4 } } }))
  return folder
}

const lines = randomWalkCsv(420).split('\n')
const upTo = (sessions: number) => `${lines.slice(0, sessions + 1).join('\n')}\n`
const session = (n: number) => lines[n]!.split(',')[0]!

test('a run prints the forecast with every baseline beside it, and running it again changes nothing', async () => {
  const folder = dataFolder()
  writeFileSync(join(folder, 'T.csv'), upTo(400))
  const { url, sql } = await testDatabase()
  const args = ['run', '--provider', 'csv', '--data', folder, '--ticker', 'T', '--json']

  const first = await mambacast(args, { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'few-epochs.json') })
  expect(first.stderr).toContain('T  forecast made')
  expect(first.code).toBe(0)
  const [forecast] = JSON.parse(first.stdout).forecasts
  expect(forecast).toMatchObject({ ticker: 'T', as_of: session(400), target: session(401) })
  const quantiles = Object.values(forecast.quantiles) as number[]
  expect(quantiles).toHaveLength(9)
  expect(quantiles.every(Number.isFinite)).toBe(true)
  expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b))
  expect(Object.keys(forecast.baselines).sort()).toEqual([...BASELINES].sort())
  expect(forecast.figures).toMatchObject({ n: 140, window: 250 })

  const before = await countRows(sql)
  expect(before).toMatchObject({ tickers: 1, bars: 400, models: 2, runs: 1, outcomes: 140 })
  const second = await mambacast(args, { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'few-epochs.json') })
  expect(second.code).toBe(0)
  expect(JSON.parse(second.stdout).forecasts).toEqual([forecast])
  expect(JSON.parse(second.stdout).run.changed).toBe(false)
  expect(await countRows(sql)).toEqual(before)
  expect(await sql`select repeats from runs`).toEqual([{ repeats: 1 }])
})

test('a new session settles the forecast that spoke of it and leaves it as it was', async () => {
  const folder = dataFolder()
  const { url, sql } = await testDatabase()
  const args = ['run', '--provider', 'csv', '--data', folder, '--ticker', 'T', '--json']
  const said = () => sql`select * from forecasts where as_of = ${session(400)} and origin = 'live' order by forecaster`

  writeFileSync(join(folder, 'T.csv'), upTo(400))
  await mambacast(args, { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'few-epochs.json') })
  const before = await said()
  expect(before).toHaveLength(1 + BASELINES.length)

  writeFileSync(join(folder, 'T.csv'), upTo(401))
  const { stdout } = await mambacast(args, { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'few-epochs.json') })
  expect(JSON.parse(stdout).forecasts[0]).toMatchObject({ as_of: session(401), target: session(402) })
  expect(await said()).toEqual(before)
  const [previous, next] = [lines[400]!, lines[401]!].map((line) => Number(line.split(',')[4]))
  const [outcome] = await sql`select * from outcomes where as_of = ${session(400)}`
  expect(outcome).toMatchObject({ session: session(401) })
  expect(outcome!.return_pct).toBeCloseTo(100 * (next! / previous! - 1), 10)
  const models = await sql`select reason, parent from models where purpose = 'live' order by train_end`
  expect(models.map((model) => model.reason)).toEqual([
    'first training',
    'fine-tuned: 1 session after the last full training',
  ])
  expect(models[1]!.parent).not.toBeNull()
})

test('the live forecast is explained and no backtest is; printed on request, and not made where it is switched off', async () => {
  const folder = dataFolder()
  writeFileSync(join(folder, 'T.csv'), upTo(400))
  const { url, sql } = await testDatabase()
  const env = { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'few-epochs.json') }
  const args = ['run', '--provider', 'csv', '--data', folder, '--ticker', 'T', '--json', '--explain']
  const first = await mambacast(args, env)
  const [{ as_of: asOf, model, explanation }] = JSON.parse(first.stdout).forecasts
  expect(asOf).toBe(session(400))
  expect(explanation.width.residual).toBeLessThanOrEqual(0.01)
  expect(explanation.sessions.at(-1)).toBe(session(400))
  expect(await sql`select as_of::text, model from explanations`).toEqual([{ as_of: asOf, model }])
  expect((await mambacast(['forecast', '--ticker', 'T', '--explain'], env)).stdout).toMatch(
    /80 % interval\s+median\s+attention/,
  )

  writeFileSync(
    env.MAMBACAST_CONFIG,
    JSON.stringify({ model: { training: { maxEpochs: 4 } }, forecast: { explain: false } }),
  )
  writeFileSync(join(folder, 'T.csv'), upTo(401))
  expect(JSON.parse((await mambacast(args, env)).stdout).forecasts[0]).toMatchObject({
    as_of: session(401),
    explanation: null,
  })
  expect(await sql`select 1 from explanations`).toHaveLength(1)
}, 120_000)

test('a corrected bar keeps what it said before, and the first forecast still counts', async () => {
  const folder = dataFolder()
  const { url, sql } = await testDatabase()
  const args = ['run', '--provider', 'csv', '--data', folder, '--ticker', 'T']
  writeFileSync(join(folder, 'T.csv'), upTo(300))
  await mambacast(args, { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'few-epochs.json') })
  const before = await sql`select * from forecasts where origin = 'live' order by forecaster`

  const cells = lines[300]!.split(',')
  cells[5] = '12345'
  writeFileSync(join(folder, 'T.csv'), `${upTo(299)}${cells.join(',')}\n`)
  const { code } = await mambacast(args, { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'few-epochs.json') })
  expect(code).toBe(0)
  const [revision] = await sql`select * from bar_revisions`
  expect(revision).toMatchObject({
    ticker: 'T',
    session: session(300),
    earlier: { volume: Number(lines[300]!.split(',')[5]) },
  })
  const after = await sql`select * from forecasts where origin = 'live' order by made_at, forecaster`
  expect(after.slice(0, before.length)).toEqual(before)
  expect(after).toHaveLength(2 * before.length)
})

test('one ticker that fails is named and stops no other', async () => {
  const folder = dataFolder()
  writeFileSync(join(folder, 'GOOD.csv'), upTo(300))
  writeFileSync(join(folder, 'BAD.csv'), upTo(20))
  const { url, sql } = await testDatabase()
  const { code, stdout, stderr } = await mambacast(['run', '--provider', 'csv', '--data', folder], {
    DATABASE_URL: url,
  })
  expect(code).toBe(1)
  expect(stderr).toContain('BAD: 20 usable sessions')
  expect(stdout).toContain('GOOD  forecast for')
  expect(await sql`select symbol from tickers`).toEqual([{ symbol: 'GOOD' }])
  expect(await sql`select status from runs`).toEqual([{ status: 'failed' }])
})

describe.skipIf(!hasSharedData)('on real bars (needs ../shared)', () => {
  test('601988.SH: the forecast is for the session after the last bar, and a second run changes nothing', async () => {
    const { url, sql } = await testDatabase()
    const args = ['run', '--provider', 'csv', '--data', sharedData, '--ticker', '601988.SH', '--json']
    const first = await mambacast(args, { DATABASE_URL: url })
    expect(first.code).toBe(0)
    const [forecast] = JSON.parse(first.stdout).forecasts
    expect(forecast).toMatchObject({ ticker: '601988.SH', as_of: '2022-03-17', target: '2022-03-18' })
    expect(forecast.figures.n).toBe(250)
    const before = await countRows(sql)
    const second = await mambacast(args, { DATABASE_URL: url })
    expect(JSON.parse(second.stdout).forecasts).toEqual([forecast])
    expect(await countRows(sql)).toEqual(before)
  })
})
