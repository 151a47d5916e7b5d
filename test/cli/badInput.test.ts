import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { countRows } from '../support/countRows.js'
import { mambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

const header = 'date,open,high,low,close,volume'
const good = randomWalkCsv(400)
const rows = (n: number) =>
  good
    .split('\n')
    .slice(0, n + 1)
    .join('\n')
const changed = (change: (cells: string[], i: number) => string[]) =>
  good
    .split('\n')
    .map((line, i) => (i === 0 ? line : change(line.split(','), i).join(',')))
    .join('\n')

const cases: [name: string, file: string | undefined, says: RegExp][] = [
  ['a missing file', undefined, /T\.csv/],
  ['an empty file', '', /T\.csv.*empty/],
  ['a header only', `${header}\n`, /T\.csv/],
  ['one row', rows(1), /T: 1 usable sessions, at least \d+ are needed/],
  ['30 rows', rows(30), /T: 30 usable sessions, at least \d+ are needed/],
  ['a constant price', changed(([date]) => [date!, '5', '5', '5', '5', '100']), /closing price is 5 in every session/],
  [
    'NaN in every tenth close',
    changed((c, i) => (i % 10 ? c : [c[0]!, c[1]!, c[2]!, c[3]!, 'NaN', c[5]!])),
    /40 of 400 rows .*line 11.*close/,
  ],
  ['a wrong header', good.replace(header, 'when,first,top,bottom,last,count'), /T\.csv.*date/],
]

test.each(cases)('%s: exit code 1, one clear line, nothing written', async (_, file, says) => {
  const data = mkdtempSync(join(tmpdir(), 'mambacast-bad-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  if (file !== undefined) writeFileSync(join(data, 'T.csv'), file)
  const { url, sql } = await testDatabase()
  const before = await countRows(sql)

  const result = await mambacast(['run', '--provider', 'csv', '--data', data, '--ticker', 'T'], { DATABASE_URL: url })

  expect(result.code).toBe(1)
  expect(result.stdout).toBe('')
  const lines = result.stderr
    .trim()
    .split('\n')
    .filter((line) => !/^T {2}(ingest|settle|train)$/.test(line))
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(says)
  expect(await countRows(sql)).toEqual(before)
})

test.each([
  [['run', '--ticker', 'NOPE'], /unknown ticker 'NOPE'/],
  [['run', '--provider', 'nope', '--ticker', 'T'], /unknown provider 'nope': known are csv/],
  [['run', '--provider', 'csv', '--ticker', 'T'], /csv needs a location/],
  [['run', '--data', '/tmp'], /--data needs --provider/],
  [['evaluate', '--last', 'x'], /--last x: expected a whole number/],
  [['nonsense'], /^unknown command 'nonsense'\n\(mambacast --help says more\)\n$/],
  [['run', '--ticker', ''], /--ticker <symbols>' argument '' is invalid. expected names, separated by commas/],
  [['tickers', 'add', 'T'], /--provider.*\n\(mambacast tickers add --help says more\)\n$/],
  [['models', 'rollback', 'NOPE'], /no model serves 'NOPE'/],
  [['users', 'password', 'nobody'], /there is no user nobody/],
])('wrong use %j: exit code 2 and one clear line', async (args, says) => {
  const { url, sql } = await testDatabase()
  const before = await countRows(sql)
  const result = await mambacast(args, { DATABASE_URL: url })
  expect(result.stderr).toMatch(says)
  expect(result.stderr).not.toMatch(/\n {4}at /)
  expect(result.code).toBe(2)
  expect(await countRows(sql)).toEqual(before)
})

test.each([
  ['lets nobody make folders', '/proc/mambacast'],
  ['is a file', import.meta.filename],
])('a data folder that cannot be used because its place %s is named, at once', async (_, dataDir) => {
  const result = await mambacast(['models', 'list'], { MAMBACAST_DATA_DIR: dataDir })
  expect(result.stderr).toMatch(/^dataDir: cannot use the folder .*\n$/)
  expect([result.code, result.stdout]).toEqual([1, ''])
})

test('help says what a list is by default, once', async () => {
  const { stdout } = await mambacast(['run', '--help'], {})
  expect(stdout.replace(/\s+/g, ' ')).toContain('separate by commas (default: all) -p')
})

test('a wrong setting is answered by what is expected', async () => {
  const { stderr } = await mambacast(['config'], { MAMBACAST_PORT: 'abc' })
  expect(stderr).toBe('MAMBACAST_PORT = "abc": expected number, received NaN\n')
})

test.each([
  ['{"tickers":[{"symbol":"A","provider":["yahoo","x"]}]}', "unknown provider 'x': known are csv"],
  ['{"schedules":{"XNYS":{"cron":"61 * * * *"}}}', 'schedules.XNYS.cron = "61 * * * *": expected minute hour'],
])('config checks what %s names', async (text, says) => {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'c.json'), text)
  const { code, stderr } = await mambacast(['-c', join(folder, 'c.json'), 'config'], {})
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)])
})

test.each([['serve'], ['run', '--provider', 'sample', '--ticker', 'SAMPLE-ASTER']])(
  '%s ends with the reason where its backend is not there',
  async (...args) => {
    const { url } = await testDatabase()
    const environment = { DATABASE_URL: url, MAMBACAST_PORT: '0', MAMBACAST_BACKEND: 'tensorflow' }
    const { code, stderr } = await mambacast(args, { ...environment, MAMBACAST_LOG_LEVEL: 'silent' })
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^backend 'tensorflow' cannot start: .*\n$/)])
  },
)

test('a symbol that is a path is refused', async () => {
  const { url } = await testDatabase()
  const args = ['run', '--provider', 'csv', '--data', tmpdir(), '--ticker', '../etc/passwd']
  const result = await mambacast(args, { DATABASE_URL: url })
  expect(result.code).toBe(1)
  expect(result.stderr).toMatch(/symbol '..\/etc\/passwd' is not usable/)
})

test('help lists every command and exits with 0', async () => {
  const { code, stdout } = await mambacast(['--help'], {})
  expect(code).toBe(0)
  for (const command of ['serve', 'run', 'ingest', 'train', 'forecast', 'evaluate', 'tickers', 'config'])
    expect(stdout).toContain(`\n  ${command}`)
})
