import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { mambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

const [header, ...days] = randomWalkCsv(461).trim().split('\n') as [string, ...string[]]
/** The same walk upside down is another ticker of the same market. */
const mirrored = days.map((line) => {
  const [date, open, high, low, close, volume] = line.split(',')
  const turned = [open, low, high, close].map((price) => (10_000 / Number(price)).toFixed(4))
  return [date, ...turned, volume].join(',')
})

test('tickers go on from one network over all of them, look at the state of their exchange, and the audit holds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-panel-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const model = { scope: 'panel', training: { maxEpochs: 2, dModel: 4, nLayers: 1, dState: 2, ensemble: 2 } }
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ model, forecast: { backtestSessions: 4 } }))
  const { url, sql } = await testDatabase()
  const env = { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'config.json') }
  const run = async (sessions: number) => {
    writeFileSync(join(folder, 'T.csv'), [header, ...days.slice(0, sessions)].join('\n'))
    writeFileSync(join(folder, 'U.csv'), [header, ...mirrored.slice(0, sessions)].join('\n'))
    const { code, stderr } = await mambacast(['run', '--provider', 'csv', '--data', folder, '--ticker', 'T,U'], env)
    expect(code, stderr).toBe(0)
  }
  await run(460)
  const panels = await sql`select before::text, tickers, options from panels order by before`
  expect(panels.map(({ tickers }) => tickers)).toEqual(panels.map(() => ['T', 'U']))
  expect(panels.at(-1)!.before).toBe(`${days[458]!.slice(0, 7)}-01`)
  const trained = await sql`select reason from models where purpose = 'live'`
  expect(trained.map(({ reason }) => reason.replace(/\d{4}-\d\d-\d\d/, 'DAY'))).toEqual([
    'first training; from the panel up to DAY',
    'first training; from the panel up to DAY',
  ])
  expect(await sql`select distinct series from series_values order by series`).toEqual([
    { series: 'xnys_range' },
    { series: 'xnys_return' },
  ])

  await run(461) // fine-tuned, from the same columns
  expect(await sql`select count(*)::int from models where parent is not null`).toEqual([{ count: 2 }])
  expect(await sql`select count(*)::int from panels`).toEqual([{ count: panels.length }])
  // The bars of both were in before either looked at the state of their exchange: nothing of it had to be revised.
  expect(await sql`select distinct count(*)::int from series_values group by series, date`).toEqual([{ count: 1 }])
  const { code, stdout } = await mambacast(['audit', '--json'], env)
  expect(JSON.parse(stdout)).toEqual(
    ['T', 'U'].map((ticker) => expect.objectContaining({ ticker, checked: 6 * 8, differing: [], unverifiable: [] })),
  )
  expect(code).toBe(0)
}, 240_000)
