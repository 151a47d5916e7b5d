import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { mambacast, startMambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/

/** A folder with a configuration, one ticker's bars and nothing else, as a user would have it. */
function home(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-serve-'))
  chmodSync(folder, 0o755)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'T.csv'), randomWalkCsv(300))
  const tickers = [{ symbol: 'T', provider: 'csv', location: '.' }]
  writeFileSync(
    join(folder, 'mambacast.config.json'),
    JSON.stringify({ server: { port: 0 }, tickers, model: { training: { maxEpochs: 4 } } }),
  )
  return folder
}

async function started(cwd: string, env: Record<string, string> = {}) {
  const server = startMambacast(['serve'], env, cwd)
  let output = ''
  server.child.stdout!.on('data', (text: string) => {
    output += text
  })
  await server.saw(ADDRESS)
  return { ...server, url: output.match(ADDRESS)![0] }
}

test('serve shows its page at once, fills it, works beside the command line, and ends cleanly on Ctrl-C', async () => {
  const cwd = home()
  const first = await started(cwd)
  expect((await fetch(first.url)).status).toBe(200)
  await expect
    .poll(async () => (await fetch(`${first.url}/tickers/T`)).text(), { timeout: 50_000, interval: 200 })
    .toContain('No demonstrated skill')

  const beside = await mambacast(['tickers', 'list', '--json'], {}, cwd)
  expect(beside.stderr).toBe('')
  expect(JSON.parse(beside.stdout)).toMatchObject([{ symbol: 'T', provider: 'csv', location: cwd }])

  first.child.kill('SIGINT')
  const end = await first.ended
  expect(end.code).toBe(0)
  expect(end.stderr).not.toContain('"level":50')
  expect(existsSync(join(cwd, 'data/postgres/postmaster.pid'))).toBe(false)

  const second = await started(cwd)
  expect(await (await fetch(`${second.url}/tickers/T`)).text()).toContain('No demonstrated skill')
  second.child.kill('SIGINT')
  expect((await second.ended).code).toBe(0)
}, 120_000)

test('Ctrl-C in the middle of training ends cleanly, and the next start takes the run up where it was', async () => {
  const cwd = home()
  writeFileSync(join(cwd, 'T.csv'), randomWalkCsv(1_700))
  const { url, sql } = await testDatabase()
  const { child, saw, ended } = startMambacast(['serve'], { DATABASE_URL: url }, cwd)
  await saw('bars ingested')
  child.kill('SIGINT')
  expect((await ended).code).toBe(0)
  expect(await sql`select status from runs`).toEqual([{ status: 'running' }])
  expect(await sql`select name from pgboss.job where state = 'active'`).toEqual([])
  expect(await sql`select name from pgboss.job where state in ('created', 'retry')`).toHaveLength(1)
  expect(await sql`select 1 from forecasts`).toHaveLength(0)

  const again = startMambacast(['serve'], { DATABASE_URL: url }, cwd)
  await again.saw('run ended')
  again.child.kill('SIGTERM')
  expect((await again.ended).code).toBe(0)
  expect(await sql`select status, error from runs`).toEqual([{ status: 'done', error: null }])
  expect(await sql`select distinct as_of from forecasts where origin = 'live'`).toHaveLength(1)
}, 120_000)

test('a run that comes due again and again changes nothing and is counted on the one before it', async () => {
  const cwd = home()
  const file = join(cwd, 'mambacast.config.json')
  const everySecond = { schedules: { XNYS: { cron: '* * * * * *' } } }
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...everySecond }))
  const { url, sql } = await testDatabase()
  const { child, ended } = startMambacast(['serve'], { DATABASE_URL: url }, cwd)
  const repeats = async () => (await sql`select repeats from runs order by started_at desc limit 1`)[0]?.repeats
  await expect.poll(repeats, { timeout: 50_000 }).toBeGreaterThanOrEqual(2)
  child.kill('SIGTERM')
  expect((await ended).code).toBe(0)
  expect((await sql`select status, trigger from runs`).map((run) => run.status)).toEqual(['done'])
  expect(await sql`select distinct made_at from forecasts where origin = 'live'`).toHaveLength(1)
}, 120_000)

test('a second server on the same port is refused in one line', async () => {
  const cwd = home()
  const env = { DATABASE_URL: (await testDatabase()).url }
  const first = await started(cwd, env)
  const port = new URL(first.url).port
  const { code, stderr } = await mambacast(['serve'], { ...env, MAMBACAST_PORT: port }, cwd)
  expect(code).toBe(1)
  expect(stderr.trim().split('\n').at(-1)).toContain(port)
  expect(stderr).not.toContain('    at ')
  first.child.kill('SIGINT')
  await first.ended
}, 120_000)
