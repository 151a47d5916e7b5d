import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { connect, type Database } from '../../src/db/database.js'
import type { Ticker } from '../../src/domain/ticker.js'
import { createProviders } from '../../src/ingest/providers.js'
import { createLogger } from '../../src/log.js'
import { createTrainingPool, type TrainingPool } from '../../src/model/trainingPool.js'
import { auditTicker } from '../../src/scheduler/jobs/audit/auditTicker.js'
import { type RunContext, runOnce } from '../../src/scheduler/runOnce.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { cloneDatabase } from '../support/testDatabase.js'

const FIRST = 300
const LAST = 312
const lines = randomWalkCsv(LAST + 1)
  .trim()
  .split('\n')
const session = (n: number) => lines[n]!.split(',')[0]!
const signal = new AbortController().signal
const log = createLogger('silent')

let database: Database
let pool: TrainingPool
let folder: string
let drop: () => Promise<void>

/** A life of twelve sessions: trained anew every second one, promoted after five when not worse than 30 % more loss. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mambacast-lifecycle-'))
  const config = {
    model: { training: { maxEpochs: 2 } },
    forecast: { backtestSessions: 30, retrainEverySessions: 2, fineTuneEpochs: 1 },
    lifecycle: { trialSessions: 5, marginPct: 30, challengers: 2 },
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  const cloned = await cloneDatabase()
  drop = cloned.drop
  database = connect(cloned.url, 4)
  pool = createTrainingPool({ threads: 1, backend: 'wasm' })
  for (let last = FIRST; last <= LAST; last++) await live(last)
}, 120_000)

afterAll(async () => {
  await pool?.close()
  await database?.close()
  await drop?.()
  rmSync(folder, { recursive: true })
})

const ticker: Ticker = {
  ...{ symbol: 'T', provider: 'csv', exchange: 'XNYS', timezone: 'America/New_York', isSample: false, active: true },
  ...{ fallbacks: [], location: '' },
}

/** The run of the evening of that session, at which a fixed clock stands. */
async function live(last: number, keepWeightsDays = 365) {
  writeFileSync(join(folder, 'T.csv'), `${lines.slice(0, last + 1).join('\n')}\n`)
  const config = loadConfig({}, join(folder, 'config.json'))
  Object.assign(config.lifecycle, { keepWeightsDays })
  const context: RunContext = {
    ...{ database, config, log, pool, concurrency: 1, codeVersion: 'test' },
    clock: () => new Date(`${session(last)}T23:30:00Z`),
    providers: createProviders(config.providers, { environment: () => undefined, log }),
  }
  const report = await runOnce(context, { tickers: [{ ...ticker, location: folder }], trigger: 'cli', signal })
  expect(report.tickers[0]!.error).toBeNull()
  return report
}

const audit = () =>
  auditTicker({
    ...{ db: database.db, ticker: 'T', tolerance: 0, poolFor: () => pool, signal, onProgress: () => {} },
  })

test('the first model serves at once; later full trainings go on trial, and champions are fine-tuned in between', async () => {
  const reasons = await database.sql`select reason from models where purpose = 'live' order by train_end`
  expect(reasons.slice(0, 4).map((row) => row.reason)).toEqual([
    'first training',
    'fine-tuned: 1 session after the last full training',
    'retrained: last full training 2 sessions ago',
    'fine-tuned: 1 session after the last full training',
  ])
  const [first] = await database.sql`select cause, reason from champions order by id`
  expect(first).toEqual({ cause: 'first', reason: 'first training' })
})

test('a challenger takes over when enough sessions say that it is not worse, and the reason says so', async () => {
  const rows = await database.sql`select lineage, cause, reason from champions order by id`
  expect(rows.length).toBeGreaterThan(1)
  expect(rows[1]).toMatchObject({ cause: 'test' })
  expect(rows[1]!.reason).toMatch(
    /^not worse over \d+ sessions: pinball loss [\d.]+ beside [\d.]+ as served \(p = [\de.-]+ that it loses 30 % more\)$/,
  )
  const [trial] =
    await database.sql`select outcome, (test ->> 'n')::int as n from trials where lineage = ${rows[1]!.lineage}`
  expect(trial!.outcome).toBe('promoted')
  expect(trial!.n).toBeGreaterThanOrEqual(5)
  const [served] = await database.sql`
    select coalesce(m.lineage, m.id) as lineage from forecasts f join models m on m.id = f.model
    where f.forecaster = 'mamba' and f.origin = 'live' order by f.as_of desc limit 1`
  expect(served!.lineage).toBe(rows.at(-1)!.lineage)
})

test('no more challengers than allowed are on trial, and none was ever served before it was promoted', async () => {
  const open = await database.sql`select 1 from trials where ended_at is null`
  expect(open.length).toBeLessThanOrEqual(2)
  const early = await database.sql`
    select f.as_of from forecasts f join models m on m.id = f.model
    where f.origin = 'live' and f.forecaster = 'mamba' and not exists (
      select from champions c where c.lineage = coalesce(m.lineage, m.id) and c.since <= f.made_at)`
  expect(early).toEqual([])
  const both = await database.sql`
    select count(*)::int as n from trial_forecasts t
    where not exists (select from forecasts f where f.as_of = t.as_of and f.forecaster = 'mamba' and f.origin = 'live')`
  expect(both).toEqual([{ n: 0 }])
})

test('every served forecast carries its raw quantiles and the calibration of what was settled before it', async () => {
  const rows = await database.sql`
    select as_of, raw_quantiles, calibration from forecasts
    where forecaster = 'mamba' and origin = 'live' order by as_of`
  expect(rows).toHaveLength(LAST - FIRST + 1)
  expect(rows[0]!.calibration).toEqual({ logStretch: [0, 0, 0, 0], sessions: 0, since: null })
  // 29 of the backtest's 30 sessions end before the first live one: its last is settled by the first live bar.
  expect(rows.slice(1).map((row) => row.calibration.sessions)).toEqual(rows.slice(1).map((_, i) => 31 + i))
  expect(rows.every((row) => row.raw_quantiles.length === 9)).toBe(true)
})

test('the audit makes all of it again from truncated data: served, on trial, and the calibration of both, to the bit', async () => {
  const { checked, differing, unverifiable } = await audit()
  const [trials] = await database.sql`select count(*)::int as n from trial_forecasts`
  expect(trials!.n).toBeGreaterThan(5)
  expect({ checked, differing, unverifiable }).toEqual({
    ...{ checked: (30 + LAST - FIRST + 1) * 8 + trials!.n, differing: [], unverifiable: [] },
  })
})

test('a run again changes nothing', async () => {
  const count = () => database.sql`
    select (select count(*) from models) as models, (select count(*) from champions) as champions,
      (select count(*) from trials) as trials, (select count(*) from forecasts) as forecasts,
      (select count(*) from trial_forecasts) as trial_forecasts, (select count(*) from outcomes) as outcomes`
  const before = await count()
  expect((await live(LAST)).changed).toBe(false)
  expect(await count()).toEqual(before)
})

test('a calibration that was changed later is found, and so are changed raw quantiles and a changed trial', async () => {
  const { sql } = database
  for (const table of ['forecasts', 'trial_forecasts']) await sql.unsafe(`alter table ${table} disable trigger all`)
  await sql`update forecasts set calibration = jsonb_set(calibration, '{logStretch,2}', '0.5')
    where forecaster = 'mamba' and as_of = ${session(305)}`
  await sql`update forecasts set raw_quantiles[1] = raw_quantiles[1] - 1 where forecaster = 'mamba' and as_of = ${session(306)}`
  await sql`update trial_forecasts set quantiles[5] = quantiles[5] + 1e-9
    where (as_of, model) = (select as_of, model from trial_forecasts order by as_of, model limit 1)`
  const { differing } = await audit()
  expect(differing.map(({ forecaster }) => forecaster).sort()).toContain('challenger')
  expect(differing.find(({ asOf }) => asOf === session(305))!.differences.map(({ field }) => field)).toContain(
    'calibration[2]',
  )
  expect(differing.find(({ asOf }) => asOf === session(306))!.differences.map(({ field }) => field)).toContain('raw[0]')
})

test("neither the challengers' ledger nor the line of champions can be changed", async () => {
  const { sql } = database
  await sql`alter table trial_forecasts enable trigger all`
  await expect(sql`update trial_forecasts set mean = 0`).rejects.toThrow('append-only')
  await expect(sql`delete from champions`).rejects.toThrow('append-only')
})

test('old weights are removed as the policy says, but not what serves, served before, or is on trial', async () => {
  await live(LAST + 1, 1)
  const { sql } = database
  const [purged] = await sql`select count(*)::int as n from models where purged_at is not null`
  expect(purged!.n).toBeGreaterThan(5)
  const champions = await sql`select lineage from champions order by id desc`
  const open = await sql`select lineage from trials where ended_at is null`
  const needed = [...new Set(champions.map(({ lineage }) => lineage))].slice(0, 2)
  for (const lineage of [...needed, ...open.map((row) => row.lineage)])
    expect(
      await sql`select 1 from models where (id = ${lineage} or lineage = ${lineage}) and purged_at is null limit 1`,
    ).toHaveLength(1)
  const [spoken] = await sql`select count(*)::int as n from forecasts where as_of = ${session(LAST + 1)}`
  expect(spoken!.n).toBe(8)
})
