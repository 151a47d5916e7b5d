import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/db/database.js'
import { saveTicker } from '../../src/db/tickers.js'
import { type FleetProcess, startFleetProcess } from '../support/fleet.js'
import { uniform } from '../support/marketSeries.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { restartableServer } from '../support/restartableServer.js'

const TICKERS = 200
const WORKERS = 8
const SCHEDULERS = 4
const KILL_EVERY_MS = 2_000
const SEED = 7
const LIMIT_MS = 150_000

/** The fewest a model is trained on: weekdays from 2020-01-01. */
const SESSIONS = 260
const bars = randomWalkCsv(SESSIONS)
const lastSession = bars.trim().split('\n').at(-1)!.split(',')[0]!

test(
  'workers killed every two seconds and a server restarted twice: one forecast per session and model, no job lost, none stuck',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mambacast-fleet-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    for (let i = 0; i < TICKERS; i++) writeFileSync(join(folder, `T${i}.csv`), bars)
    writeFileSync(join(folder, 'clock'), `${lastSession}T23:30:00Z`) // Half an hour after New York's schedule.
    const server = await restartableServer()
    const database = connect(server.url, 2)
    onTestFinished(() => database.close())
    for (let i = 0; i < TICKERS; i++)
      await saveTicker(database.db, {
        ...{ symbol: `T${i}`, provider: 'csv', location: folder, exchange: 'XNYS', timezone: 'America/New_York' },
        ...{ isSample: false, active: true },
      })

    const settings = { url: server.url, workMs: 20, clockFile: join(folder, 'clock') }
    const schedulers = Array.from({ length: SCHEDULERS }, () => startFleetProcess('scheduler', settings))
    const workers = Array.from({ length: WORKERS }, () => startFleetProcess('worker', settings))
    const random = uniform(SEED)
    let kills = 0
    const killer = setInterval(() => {
      const victim = Math.floor(random() * WORKERS)
      workers[victim]!.child.kill('SIGKILL')
      workers[victim] = startFleetProcess('worker', settings)
      kills += 1
    }, KILL_EVERY_MS)
    onTestFinished(async () => {
      clearInterval(killer)
      await Promise.all([...schedulers, ...workers].map(end))
    })

    const count = async (sql: string) => Number((await patiently(() => database.sql.unsafe(sql)))[0]!.n)
    const forecasts = `select count(distinct ticker) n from forecasts where forecaster = 'mamba'`
    const reaches = (n: number) =>
      expect.poll(() => count(forecasts), { timeout: LIMIT_MS / 2, interval: 100 }).toBeGreaterThanOrEqual(n)

    await reaches(TICKERS / 3)
    server.restart('fast')
    await reaches((2 * TICKERS) / 3)
    server.restart('immediate')
    await reaches(TICKERS)
    await expect.poll(() => count(`select count(*) n from runs where status = 'running'`), { timeout: 30_000 }).toBe(0)

    const { sql } = database
    expect(
      await sql`select as_of, forecaster, count(*)::int as rows, count(distinct ticker)::int as tickers
      from forecasts group by 1, 2 order by 1, 2`,
    ).toEqual(
      ['mamba', 'zero'].map((forecaster) => ({ as_of: lastSession, forecaster, rows: TICKERS, tickers: TICKERS })),
    )
    expect(await sql`select status, error from runs`).toEqual([{ status: 'done', error: null }])
    expect(await sql`select ticker from run_tickers where finished_at is null`).toEqual([])
    expect(await sql`select name, state from pgboss.job where state not in ('completed')`).toEqual([])
    expect(await sql`select count(distinct model)::int as models from forecasts where forecaster = 'mamba'`).toEqual([
      { models: (await sql`select 1 from models`).length },
    ])
    expect(kills).toBeGreaterThan(3)
    expect([...schedulers, ...workers].map(({ child }) => child.exitCode ?? child.signalCode)).toEqual(
      Array(SCHEDULERS + WORKERS).fill(null),
    )
  },
  LIMIT_MS,
)

async function end({ child, ended }: FleetProcess): Promise<void> {
  child.kill('SIGKILL')
  await ended
}

/** While the server restarts there is no answer. */
async function patiently<T>(ask: () => PromiseLike<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt > 20) throw error
    }
  }
}
