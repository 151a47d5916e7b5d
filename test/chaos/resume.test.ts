import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../src/db/database.js'
import { contents } from '../support/contents.js'
import { mambacast, startMambacast } from '../support/mambacast.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { cloneDatabase, testDatabase } from '../support/testDatabase.js'

/** A second or more of training, without an early end. */
const EPOCHS = 1_500
const NEVER = 3_600
const PATIENTLY = { timeout: 60_000, interval: 10 }
const cwd = mkdtempSync(join(tmpdir(), 'mambacast-resume-'))
const env = { MAMBACAST_BACKEND: 'wasm' }
let expected: Awaited<ReturnType<typeof contents>>

function configure(checkpointSeconds: number): void {
  const config = {
    tickers: [{ symbol: 'A', provider: 'csv', location: '.' }],
    model: { training: { maxEpochs: EPOCHS, patience: EPOCHS } },
    forecast: { backtestSessions: 0, explain: false },
    worker: { checkpointSeconds },
  }
  writeFileSync(join(cwd, 'mambacast.config.json'), JSON.stringify(config))
}

beforeAll(async () => {
  chmodSync(cwd, 0o755)
  writeFileSync(join(cwd, 'A.csv'), randomWalkCsv(300))
  configure(5)
  const { url, drop } = await cloneDatabase()
  const undisturbed = connect(url)
  expect(await mambacast(['run'], { ...env, DATABASE_URL: url }, cwd)).toMatchObject({ code: 0 })
  expected = await contents(undisturbed.sql)
  expect(expected.models).toHaveLength(1)
  expect(await undisturbed.sql`select 1 from training_states`).toHaveLength(0)
  await undisturbed.close()
  await drop()
}, 300_000)

afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/** A line of the log, which names the epoch. */
const TAKEN_UP = 'training taken up again'

async function place() {
  const { url, sql } = await testDatabase()
  return {
    sql,
    settings: { ...env, DATABASE_URL: url },
    /** The epoch that the state in the database goes on with; 0 without one. */
    kept: async () => Number((await sql`select epoch from training_states`)[0]?.epoch ?? 0),
    /** The epoch that is told to whoever watches. */
    told: async () => Number((await sql`select max((progress ->> 'done')::int) as epoch from run_tickers`)[0]!.epoch),
  }
}

test('killed in the middle of a training, then asked to stop, a run goes on with that training and ends in the same bits', async () => {
  const { sql, settings, kept, told } = await place()
  configure(0.1)
  const killed = startMambacast(['run'], settings, cwd)
  await expect.poll(kept, PATIENTLY).toBeGreaterThan(0)
  killed.child.kill('SIGKILL')
  await killed.ended
  const afterDeath = await kept()

  configure(NEVER)
  await sql`delete from runs`
  const stopped = startMambacast(['run', '--verbose'], settings, cwd)
  await expect.poll(told, PATIENTLY).toBeGreaterThan(afterDeath)
  stopped.child.kill('SIGTERM')
  expect((await stopped.ended).stderr).toContain(TAKEN_UP)
  expect(await kept()).toBeGreaterThan(afterDeath)

  const last = await mambacast(['run', '--verbose'], settings, cwd)
  expect(last).toMatchObject({ code: 0, stderr: expect.stringContaining(TAKEN_UP) })
  expect(await contents(sql)).toEqual(expected)
  expect(await kept()).toBe(0)
}, 300_000)

test('calls of tick that are each shorter than a training bring it to its end together', async () => {
  const { sql, settings, kept } = await place()
  configure(NEVER)
  const epochs: number[] = []
  let resumed = 0
  // Twice as long with each call: on a busy machine a thread may need more than the first to start.
  for (let left = 1, budget = 1; left > 0; budget = Math.min(2 * budget, 60)) {
    const { code, stdout, stderr } = await mambacast(['tick', '--json', '--budget', `${budget}`], settings, cwd)
    expect(code).toBe(0)
    resumed += Number(stderr.includes(TAKEN_UP))
    epochs.push(await kept())
    ;({ left } = JSON.parse(stdout.trim().split('\n').at(-1)!))
  }
  expect(resumed).toBeGreaterThan(0)
  const advancing = epochs.slice(0, -1)
  expect(advancing).toEqual([...advancing].sort((a, b) => a - b))
  expect(await contents(sql)).toEqual(expected)
}, 300_000)
