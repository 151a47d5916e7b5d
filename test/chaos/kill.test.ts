import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../src/db/database.js'
import { contents } from '../support/contents.js'
import { mambacast, startMambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { cloneDatabase, testDatabase } from '../support/testDatabase.js'

const folder = mkdtempSync(join(tmpdir(), 'mambacast-kill-'))
const env = { MAMBACAST_BACKEND: 'wasm', MAMBACAST_CONFIG: join(folder, 'few-epochs.json') }
const args = ['run', '--provider', 'csv', '--data', folder]
let expected: Awaited<ReturnType<typeof contents>>

beforeAll(async () => {
  writeFileSync(join(folder, 'A.csv'), randomWalkCsv(300, 1))
  writeFileSync(join(folder, 'B.csv'), randomWalkCsv(300, 2))
  writeFileSync(env.MAMBACAST_CONFIG, JSON.stringify({ model: { training: { maxEpochs: 4 } } }))
  const { url, drop } = await cloneDatabase()
  const undisturbed = connect(url)
  expect(await mambacast(args, { ...env, DATABASE_URL: url })).toMatchObject({ code: 0 })
  expected = await contents(undisturbed.sql)
  expect(expected.forecasts.length).toBeGreaterThan(600)
  await undisturbed.close()
  await drop()
})

afterAll(() => rmSync(folder, { recursive: true }))

test('killed in each of its stages in turn, a run goes on to the same end as one left alone', async () => {
  const { url, sql } = await testDatabase()
  for (const stage of ['  ingest', '  settle', '  train', '  forecast', '  backtest']) {
    const { child, saw, ended } = startMambacast(args, { ...env, DATABASE_URL: url })
    await Promise.race([saw(stage), ended])
    child.kill('SIGKILL')
    await ended
  }
  expect(await mambacast(args, { ...env, DATABASE_URL: url })).toMatchObject({ code: 0 })
  expect(await contents(sql)).toEqual(expected)
  expect(await sql`select status from runs where status = 'running'`).toHaveLength(0)
}, 120_000)

test.each(['tickers', 'bars', 'models', 'forecasts', 'outcomes', 'scores', 'verdicts'])(
  'killed in the middle of a transaction that writes %s, a run goes on to the same end',
  async (table) => {
    const { url, sql } = await testDatabase()
    const { child, ended } = startMambacast(args, { ...env, DATABASE_URL: url })
    await sql.begin(async (holder) => {
      await holder`lock table ${sql(table)} in share mode`
      const waiting = () => sql`select 1 from pg_locks where not granted and relation = ${table}::regclass`
      await expect.poll(async () => (await waiting()).length, { timeout: 40_000 }).toBeGreaterThan(0)
      child.kill('SIGKILL')
      await ended
    })
    expect(await mambacast(args, { ...env, DATABASE_URL: url })).toMatchObject({ code: 0 })
    expect(await contents(sql)).toEqual(expected)
  },
  120_000,
)
