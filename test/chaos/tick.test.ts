import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { contents } from '../support/contents.js'
import { mambacast, startMambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

/** Two tickers, small and quick to train. */
function home(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-tick-'))
  chmodSync(folder, 0o755)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [i, name] of ['A', 'B'].entries()) writeFileSync(join(folder, `${name}.csv`), randomWalkCsv(300, i + 1))
  const tickers = ['A', 'B'].map((symbol) => ({ symbol, provider: 'csv', location: '.' }))
  const config = { tickers, model: { training: { maxEpochs: 4 } }, log: { level: 'debug' } }
  writeFileSync(join(folder, 'mambacast.config.json'), JSON.stringify(config))
  return folder
}

const ENV = { MAMBACAST_BACKEND: 'wasm' }

test('tick killed at any point and called again ends as one that was left alone', async () => {
  const cwd = home()
  const undisturbed = await testDatabase()
  const first = await mambacast(['tick', '--json'], { ...ENV, DATABASE_URL: undisturbed.url }, cwd)
  expect(first.code).toBe(0)
  expect(JSON.parse(first.stdout)).toEqual({ enqueued: 1, done: 8, failed: 0, left: 0 })
  const expected = await contents(undisturbed.sql)
  expect(expected.forecasts.length).toBeGreaterThan(600)

  const { url, sql } = await testDatabase()
  for (const sight of ['run enqueued', '"kind":"ingest"', '"kind":"train"', '"kind":"forecast"', '"kind":"backtest"']) {
    const { child, saw, ended } = startMambacast(['tick'], { ...ENV, DATABASE_URL: url }, cwd)
    await Promise.race([saw(sight), ended])
    child.kill('SIGKILL')
    await ended
  }
  const last = await mambacast(['tick', '--json'], { ...ENV, DATABASE_URL: url }, cwd)
  expect(last.code).toBe(0)
  expect(await contents(sql)).toEqual(expected)
  expect(await sql`select status, error from runs`).toEqual([{ status: 'done', error: null }])
  expect(await sql`select name, state from pgboss.job where state <> 'completed'`).toEqual([])
}, 120_000)

test('a budget that runs out leaves the rest queued, and further calls bring it to its end', async () => {
  const cwd = home()
  const { url, sql } = await testDatabase()
  let calls = 0
  let left = 1
  // Twice as long with each call: on a busy machine a single stage may need more than the first.
  for (; left > 0 && calls < 7; calls++) {
    const { code, stdout } = await mambacast(
      ['tick', '--budget', String(2 ** calls), '--json'],
      { ...ENV, DATABASE_URL: url },
      cwd,
    )
    expect(code).toBe(0)
    ;({ left } = JSON.parse(stdout))
    expect(await sql`select 1 from pgboss.job where state = 'active'`).toHaveLength(0)
  }
  expect(left).toBe(0)
  expect(calls).toBeGreaterThan(1)
  expect(await sql`select status from runs`).toEqual([{ status: 'done' }])
  const again = await mambacast(['tick', '--json'], { ...ENV, DATABASE_URL: url }, cwd)
  expect(JSON.parse(again.stdout)).toEqual({ enqueued: 0, done: 0, failed: 0, left: 0 })
}, 120_000)
