import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mambacast, startMambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

const folder = mkdtempSync(join(tmpdir(), 'mambacast-tune-'))
const env = { MAMBACAST_BACKEND: 'wasm', MAMBACAST_CONFIG: join(folder, 'none.json') }
const tune = ['tune', '--ticker', 'A', '--epochs', '30', '--minutes', '10']
/** The default, three settings for ten epochs, the best of them for thirty, two more for thirty. */
const TRIALS = 7

beforeAll(() => {
  writeFileSync(join(folder, 'A.csv'), randomWalkCsv(680, 1))
  writeFileSync(env.MAMBACAST_CONFIG, '{}')
})
afterAll(() => rmSync(folder, { recursive: true }))

const trialsIn = (sql: postgres.Sql) => sql`
  select bracket, rung, candidate, ticker, setting, epochs, best_epoch, pinball, ewma_pinball, error
  from tuning_trials order by 1, 2, 3, 4`

async function ingested() {
  const database = await testDatabase()
  const args = ['ingest', '--ticker', 'A', '--provider', 'csv', '--data', folder]
  expect(await mambacast(args, { ...env, DATABASE_URL: database.url })).toMatchObject({ code: 0 })
  return database
}

test('a search that is killed goes on to the same trials as one left alone; what it chose is used when that is asked for', async () => {
  const undisturbed = await ingested()
  expect(await mambacast(tune, { ...env, DATABASE_URL: undisturbed.url })).toMatchObject({ code: 0 })
  const expected = await trialsIn(undisturbed.sql)
  expect(expected).toHaveLength(TRIALS)

  const { url, sql } = await ingested()
  const own = { ...env, DATABASE_URL: url }
  const { child, saw, ended } = startMambacast(tune, own)
  await saw(/[23]\/7 trials/)
  child.kill('SIGKILL')
  await ended
  const before = [...(await sql`select * from tuning_trials`)]
  expect(before.length).toBeLessThan(TRIALS)
  const resumed = await mambacast([...tune, '--json'], own)
  expect(resumed.stderr).toContain('goes on where it stopped')
  expect(await trialsIn(sql)).toEqual(expected)
  expect([...(await sql`select * from tuning_trials`)]).toEqual(expect.arrayContaining(before))
  expect(await sql`select 1 from tuning_searches where finished_at is not null`).toHaveLength(1)

  const { best, standard } = JSON.parse(resumed.stdout)
  const isBetter = best.loss < standard.loss
  const applied = await mambacast([...tune, '--apply'], own)
  expect(applied.code).toBe(isBetter ? 0 : 1)
  expect(await sql`select * from tuned_settings`).toHaveLength(isBetter ? 1 : 0)
}, 300_000)
