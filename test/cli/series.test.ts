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
  const run = (rows: number) => {
    writeFileSync(join(folder, 'T.csv'), `${lines.slice(0, rows + 1).join('\n')}\n`)
    return command('run', '--provider', 'csv', '--data', folder, '--ticker', 'T')
  }
  const audit = async () => JSON.parse((await mambacast(['audit', '--ticker', 'T', '--json'], env)).stdout)[0]
  return { command, rates, run, audit, sql, folder, env }
}

const wave = (length: number) => Array.from({ length }, (_, i) => 2 + Math.sin(i / 3))

test('with series on, every forecast comes out as recorded, whatever is revised or comes in later', async () => {
  const { command, rates, run, audit, sql, folder } = await market()
  rates(wave(201)) // up to session 400
  expect(await command('tickers', 'add', 'U', '--provider', 'csv', '--data', folder)).toContain('added')
  expect(await command('series', 'add', 'peer', '--from-ticker', 'U', '--field', 'range')).toContain('402 values')
  await run(400)
  expect(await sql`select count(*)::int from series_values where series = 'rate'`).toEqual([{ count: 201 }])
  expect(await audit()).toMatchObject({ checked: 6 * 8, differing: [], unverifiable: [] })

  const revised = wave(202).map((value, i) => (i === 150 || i === 200 ? value + 1 : value))
  rates(revised)
  expect(await command('series', 'ingest', 'rate')).toBe('rate  1 values added, 2 revised\n')
  await run(401)
  const listed = JSON.parse(await command('series', 'list', '--json'))
  expect(listed.find(({ name }: { name: string }) => name === 'rate')).toMatchObject({ values: 202, revisions: 2 })
  expect(await audit()).toMatchObject({ checked: 7 * 8, differing: [], unverifiable: [] })

  // A value of the past that comes in only now: forecasts made before had not seen it.
  await sql`insert into series_values select 'rate', ${session(300)}, 99, known_at + interval '1 minute', now()
    from series_values where series = 'rate' and date = ${session(300)}`
  expect(await audit()).toMatchObject({ checked: 7 * 8, differing: [], unverifiable: [] })
}, 120_000)

test('a series whose past is rewritten in place is noticed', async () => {
  const { rates, run, audit, sql } = await market()
  rates(wave(201))
  await run(400)
  await sql`update series_values set value = value + 1 where date = ${session(398)}`
  const found = await audit()
  expect(found.differing).toEqual([])
  expect(found.unverifiable.length).toBeGreaterThan(0)
  expect(found.unverifiable[0].reason).toContain('known no longer')
}, 120_000)

test('a source that fails stops no forecast; wrong use is one line', async () => {
  const { run, env } = await market()
  expect(await run(400)).toContain('T')
  const { code, stderr } = await mambacast(['series', 'ingest', 'rate'], env)
  expect([code, stderr.trim().split('\n').length]).toEqual([1, 1])
  expect(stderr).toMatch(/^series rate: .*no such file/)
  const both = await mambacast(['series', 'add', 'x', '--csv', 'a.csv', '--from-ticker', 'U'], env)
  expect([both.code, both.stderr]).toEqual([2, 'name one source: --csv, --json-from, --from-ticker or --from-group\n'])
  const key = await mambacast(['series', 'add', 'x', '--csv', 'https://h/x.csv?apikey=abc'], env)
  expect([key.code, key.stderr.includes('abc')]).toEqual([2, false])
}, 120_000)
