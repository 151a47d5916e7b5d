import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { barsOf } from '../../src/db/bars.js'
import { connect, type Database } from '../../src/db/database.js'
import { models } from '../../src/db/schema.js'
import { saveTicker } from '../../src/db/tickers.js'
import { loadCheckpoint } from '../../src/model/checkpoint.js'
import { defaultTrainingOptions } from '../../src/model/defaults.js'
import { createTrainingPool } from '../../src/model/trainingPool.js'
import { tickerData, tickerInputs } from '../../src/scheduler/jobs/tickerData.js'
import { startKilledFleet } from '../support/fleet.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { restartableServer } from '../support/restartableServer.js'

/** The fewest a model is trained on: weekdays from 2020-01-01. */
const SESSIONS = 260
const LIMIT_MS = 300_000
const NEW_YORK = { symbol: 'T0', exchange: 'XNYS', timezone: 'America/New_York' }
const lines = randomWalkCsv(SESSIONS + 1)
  .trim()
  .split('\n')
const sessionOf = (n: number) => lines[n]!.split(',')[0]!

/** A market of `tickers` that all have the same bars, on a server of its own. */
async function market(tickers: number) {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-fleet-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const put = (name: string, text: string) => {
    writeFileSync(join(folder, `${name}.new`), text)
    renameSync(join(folder, `${name}.new`), join(folder, name)) // Nobody reads half of it.
  }
  /** All bars up to that session, half an hour after New York's schedule. */
  const arrive = (sessions: number) => {
    for (let i = 0; i < tickers; i++) put(`T${i}.csv`, `${lines.slice(0, sessions + 1).join('\n')}\n`)
    put('clock', `${sessionOf(sessions)}T23:30:00Z`)
  }
  arrive(SESSIONS)
  const server = await restartableServer()
  const database = connect(server.url, 2)
  onTestFinished(() => database.close())
  for (let i = 0; i < tickers; i++)
    await saveTicker(database.db, {
      ...{ ...NEW_YORK, symbol: `T${i}`, provider: 'csv', location: folder },
      ...{ isSample: false, active: true },
    })
  return { arrive, server, database, clockFile: join(folder, 'clock') }
}

/** Asks the database for one number; while the server restarts there is no answer. */
async function ask({ sql }: Database, query: string): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    try {
      return Number((await sql.unsafe(query))[0]!.n)
    } catch (error) {
      if (attempt > 20) throw error
    }
  }
}

/** Until as many tickers have a forecast as of that session. */
const reaches = (database: Database, session: string, tickers: number) =>
  expect
    .poll(
      () =>
        ask(
          database,
          `select count(distinct ticker) n from forecasts where forecaster = 'mamba' and as_of = '${session}'`,
        ),
      { timeout: LIMIT_MS / 2, interval: 100 },
    )
    .toBeGreaterThanOrEqual(tickers)

/** Nothing is under way, failed, lost or stuck, and every forecast has its model. */
async function expectAllDone(database: Database): Promise<void> {
  const running = () => ask(database, `select count(*) n from runs where status = 'running'`)
  await expect.poll(running, { timeout: 30_000 }).toBe(0)
  const { sql } = database
  expect(await sql`select distinct status, error from runs`).toEqual([{ status: 'done', error: null }])
  expect(await sql`select ticker from run_tickers where finished_at is null`).toEqual([])
  expect(await sql`select name, state from pgboss.job where state <> 'completed'`).toEqual([])
  expect(await sql`select ticker from training_states`).toEqual([])
  expect(await sql`select count(distinct model)::int as models from forecasts where forecaster = 'mamba'`).toEqual([
    { models: (await sql`select 1 from models`).length },
  ])
}

test(
  'workers killed every two seconds, a server restarted twice and a second session in the middle: one forecast per session and model, no job lost, none stuck',
  async () => {
    const tickers = 200
    const { arrive, server, database, clockFile } = await market(tickers)
    const fleet = startKilledFleet(
      { schedulers: 4, workers: 8, role: 'worker' },
      { url: server.url, workMs: 20, clockFile },
      { seed: 7, everyMs: 2_000, most: 15 }, // Then they are left alone, so that it ends on a slow machine too.
    )
    onTestFinished(() => fleet.end())
    const [first, second] = [sessionOf(SESSIONS), sessionOf(SESSIONS + 1)]
    await reaches(database, first, tickers / 4)
    server.restart('fast')
    await reaches(database, first, tickers / 2)
    arrive(SESSIONS + 1)
    await reaches(database, second, tickers / 4)
    server.restart('immediate')
    await reaches(database, second, tickers)
    await expectAllDone(database)

    const { sql } = database
    const rows = await sql`select as_of, forecaster, count(*)::int as rows, count(distinct ticker)::int as tickers
      from forecasts group by 1, 2 order by 1, 2`
    // Who was not read before the second session came has forecast that one only.
    const early = rows[0]!.tickers
    expect(early).toBeGreaterThanOrEqual(tickers / 2)
    expect(rows).toEqual(
      [
        { as_of: first, n: early },
        { as_of: second, n: tickers },
      ].flatMap(({ as_of, n }) => ['mamba', 'zero'].map((forecaster) => ({ as_of, forecaster, rows: n, tickers: n }))),
    )
    expect(await sql`select 1 from outcomes where session = ${second}`).toHaveLength(early)
    expect(fleet.kills()).toBeGreaterThan(3)
    expect(fleet.processes().map(({ child }) => child.exitCode ?? child.signalCode)).toEqual(Array(12).fill(null))
  },
  LIMIT_MS,
)

test(
  'trainings that are really trained and killed in their middle end in the weights of one left alone',
  async () => {
    const tickers = 5
    const training = { maxEpochs: 400, patience: 400 }
    const { server, database, clockFile } = await market(tickers)
    const fleet = startKilledFleet(
      { schedulers: 1, workers: 2, role: 'trainer' },
      { url: server.url, workMs: 0, clockFile, training },
      { seed: 7, everyMs: 3_000, most: 4 },
    )
    onTestFinished(() => fleet.end())
    await reaches(database, sessionOf(SESSIONS), tickers)
    await expectAllDone(database)

    const rows = await database.db.select().from(models)
    expect(rows.map(({ ticker }) => ticker).sort()).toEqual(Array.from({ length: tickers }, (_, i) => `T${i}`))
    const pool = createTrainingPool({ threads: 1, backend: 'wasm' })
    onTestFinished(() => pool.close())
    const { table, bars } = tickerData(tickerInputs(NEW_YORK, await barsOf(database.db, 'T0')))
    const options = { ...defaultTrainingOptions, ...training }
    const alone = await pool.train({ table, trainRows: bars.length - 1, options })
    for (const { weights } of rows) expect(loadCheckpoint(weights).weights).toEqual(alone.weights)
    expect(fleet.kills()).toBeGreaterThan(1)
  },
  LIMIT_MS,
)
