import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { mambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

const lines = randomWalkCsv(402).trim().split('\n')
const session = (n: number) => lines[n]!.split(',')[0]!
const other = randomWalkCsv(402)

/** A ticker T, a ticker U and a file of rates, all of one market. */
async function market() {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-series-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const series = [
    { name: 'rate', source: { csv: 'rates.txt' }, timezone: 'America/New_York', knownAtTime: '09:00', tickers: ['T'] },
    { name: 'peer', source: { ticker: 'U', field: 'range' } },
  ]
  const config = {
    series,
    model: { training: { maxEpochs: 3 } },
    forecast: { backtestSessions: 5 },
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  writeFileSync(join(folder, 'U.csv'), other)
  const { url, sql } = await testDatabase()
  const env = { DATABASE_URL: url, MAMBACAST_CONFIG: join(folder, 'config.json') }
  const command = async (...args: string[]) => {
    const { code, stdout, stderr } = await mambacast(args, env)
    expect(code, stderr).toBe(0)
    return stdout
  }
  const rates = (values: readonly number[]) =>
    writeFileSync(
      join(folder, 'rates.txt'),
      ['date,value', ...values.map((value, i) => `${session(200 + i)},${value}`)].join('\n'),
    )
  const run = (rows: number, tickers = 'T') => {
    writeFileSync(join(folder, 'T.csv'), `${lines.slice(0, rows + 1).join('\n')}\n`)
    return command('run', '--provider', 'csv', '--data', folder, '--ticker', tickers)
  }
  const audit = async () => JSON.parse((await mambacast(['audit', '--ticker', 'T', '--json'], env)).stdout)[0]
  return { command, rates, run, audit, sql, folder, env }
}

const wave = (length: number) => Array.from({ length }, (_, i) => 2 + Math.sin(i / 3))

test('with series on, every forecast comes out as recorded, whatever is revised or comes in later', async () => {
  const { command, rates, run, audit, sql } = await market()
  rates(wave(201)) // up to session 400
  await run(400, 'T,U')
  expect(await sql`select series, count(*)::int from series_values group by series order by series`).toEqual([
    { series: 'peer', count: 402 },
    { series: 'rate', count: 201 },
  ])
  expect(await audit()).toMatchObject({ checked: 6 * 8, differing: [], unverifiable: [] })

  const revised = wave(202).map((value, i) => (i === 150 || i === 200 ? value + 1 : value))
  rates(revised)
  expect(await command('series', 'ingest', 'rate')).toBe('rate  1 values added, 2 revised\n')
  await run(401)
  expect(
    await sql`select count(*)::int, count(distinct date)::int as days from series_values where series = 'rate'`,
  ).toEqual([{ count: 204, days: 202 }])
  expect(await audit()).toMatchObject({ checked: 7 * 8, differing: [], unverifiable: [] })

  // A value of the past that comes in only now: forecasts made before had not seen it.
  await sql`insert into series_values select 'rate', ${session(300)}, 99, known_at + interval '1 minute', now()
    from series_values where series = 'rate' and date = ${session(300)}`
  expect(await audit()).toMatchObject({ checked: 7 * 8, differing: [], unverifiable: [] })
}, 240_000)

test('a series whose past is rewritten in place is noticed', async () => {
  const { rates, run, audit, sql } = await market()
  rates(wave(201))
  await run(400)
  await sql`update series_values set value = value + 1 where date = ${session(398)}`
  const found = await audit()
  expect(found.differing).toEqual([])
  expect(found.unverifiable.length).toBeGreaterThan(0)
  expect(found.unverifiable[0].reason).toContain('known no longer')
}, 240_000)

test('a source that fails stops no forecast; wrong use is one line', async () => {
  const { run, env, command, folder } = await market()
  expect(await run(400)).toContain('T')
  writeFileSync(join(folder, 'good.csv'), `day,mood\n${session(1)},0.4\n${session(2)},-0.1\n`)
  const columns = ['--date', 'day', '--value', 'mood']
  expect(await command('series', 'add', 'mood', '--csv', join(folder, 'good.csv'), ...columns)).toBe(
    'mood  added, 2 values\n',
  )
  expect((await command('series', 'list')).split('\n').map((line) => line.trim().split(/\s+/)[0])).toEqual([
    'series',
    'mood',
    'peer',
    'rate',
    '',
  ])
  const { code, stderr } = await mambacast(['series', 'ingest', 'rate'], env)
  expect([code, stderr.trim().split('\n').length]).toEqual([1, 1])
  expect(stderr).toMatch(/^series rate: .*no such file/)
  const both = await mambacast(['series', 'add', 'x', '--csv', 'a.csv', '--from-ticker', 'U'], env)
  expect([both.code, both.stderr]).toEqual([2, 'name one source: --csv, --json-from, --from-ticker or --from-group\n'])
  const key = await mambacast(['series', 'add', 'x', '--csv', 'https://h/x.csv?apikey=abc'], env)
  expect([key.code, key.stderr.includes('abc')]).toEqual([2, false])
}, 240_000)
