import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type postgres from 'postgres'
import { expect, onTestFinished, test } from 'vitest'
import { mambacast, startMambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { testDatabase } from '../support/testDatabase.js'

const ENV = { MAMBACAST_BACKEND: 'wasm' }

/** Everything a run leaves behind except when it was written and by which run. */
const contents = async (sql: postgres.Sql) => ({
  bars: await sql`select ticker, session, open, high, low, close, volume, ratio from bars order by 1, 2`,
  models: await sql`select id, ticker, purpose, reason, train_end, data_hash, weights from models order by 1`,
  forecasts:
    await sql`select ticker, as_of, target, model, data_hash, origin, mean, quantiles from forecasts order by 1, 2, 3, 4, 5`,
  outcomes: await sql`select ticker, as_of, session, return_pct from outcomes order by 1, 2`,
  scores: await sql`select * from scores order by 1, 2, 3, 4`,
  verdicts: await sql`select * from verdicts order by 1, 2, 3`,
})

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-kill-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'A.csv'), randomWalkCsv(300, 1))
  writeFileSync(join(folder, 'B.csv'), randomWalkCsv(300, 2))
  return folder
}

test('killed in any stage, and while it writes, a run goes on to the same end as one left alone', async () => {
  const args = ['run', '--provider', 'csv', '--data', dataFolder()]
  const undisturbed = await testDatabase()
  expect((await mambacast(args, { ...ENV, DATABASE_URL: undisturbed.url })).code).toBe(0)
  const expected = await contents(undisturbed.sql)
  expect(expected.forecasts.length).toBeGreaterThan(600)

  const { url, sql } = await testDatabase()
  const stages = ['  ingest', '  settle', '  train', '  forecast', '  backtest']
  for (const stage of stages) {
    const { child, saw, ended } = startMambacast(args, { ...ENV, DATABASE_URL: url })
    await Promise.race([saw(stage), ended])
    child.kill('SIGKILL')
    await ended
  }
  expect((await mambacast(args, { ...ENV, DATABASE_URL: url })).code).toBe(0)
  expect(await contents(sql)).toEqual(expected)
  const unfinished = await sql`select status from runs where status = 'running'`
  expect(unfinished).toHaveLength(0)
}, 120_000)

test.each(['tickers', 'bars', 'models', 'forecasts', 'outcomes', 'scores', 'verdicts'])(
  'killed in the middle of a transaction that writes %s, a run goes on to the same end',
  async (table) => {
    const args = ['run', '--provider', 'csv', '--data', dataFolder(), '--ticker', 'A']
    const undisturbed = await testDatabase()
    await mambacast(args, { ...ENV, DATABASE_URL: undisturbed.url })

    const { url, sql } = await testDatabase()
    const { child, ended } = startMambacast(args, { ...ENV, DATABASE_URL: url })
    await sql.begin(async (holder) => {
      await holder`lock table ${sql(table)} in share mode`
      await expect
        .poll(() => sql`select 1 from pg_locks where not granted and relation = ${table}::regclass`, {
          timeout: 40_000,
        })
        .toHaveLength(1)
      child.kill('SIGKILL')
      await ended
    })
    await mambacast(args, { ...ENV, DATABASE_URL: url })
    expect(await contents(sql)).toEqual(await contents(undisturbed.sql))
  },
  120_000,
)
