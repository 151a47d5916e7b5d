import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AdjustedBar } from '../../../src/domain/bar.js'
import { adjustBars } from '../../../src/ingest/adjust.js'
import { createSampleProvider } from '../../../src/ingest/sampleProvider.js'
import { defaultTrainingOptions } from '../../../src/model/defaults.js'
import type { Checkpoint } from '../../../src/model/forecaster.js'
import { createTrainingPool } from '../../../src/model/trainingPool.js'
import { forecastLast } from '../../../src/scheduler/jobs/forecastLast.js'
import { tickerData, tickerInputs } from '../../../src/scheduler/jobs/tickerData.js'
import { testDatabase } from '../../support/testDatabase.js'

const pool = createTrainingPool({ threads: 1, backend: 'wasm' })
const clock = { symbol: 'T', exchange: 'SAMPLE', timezone: 'UTC' }
const dataOf = (bars: readonly AdjustedBar[]) => tickerData(tickerInputs(clock, bars))
let bars: readonly AdjustedBar[]
let checkpoint: Checkpoint
let trainedOn: string

beforeAll(async () => {
  const provider = createSampleProvider()
  const [symbol] = await provider.list()
  const { bars: raw } = await provider.fetchBars({ symbol: symbol!, now: new Date('2022-06-01T00:00:00Z') })
  bars = adjustBars(raw).slice(0, 480)
  const { table, hashes } = dataOf(bars.slice(0, 380))
  // The last weights are kept: the first ones forecast the same on every day.
  const options = { ...defaultTrainingOptions, maxEpochs: 6, validationShare: 0 }
  checkpoint = await pool.train({ table, trainRows: 379, options })
  trainedOn = hashes.at(-1)!
}, 120_000)

afterAll(() => pool.close())

async function place() {
  const { db, sql } = await testDatabase()
  const context = { db, pool, clock: () => new Date(0), signal: new AbortController().signal }
  const forecast = (known: readonly AdjustedBar[]) =>
    forecastLast(context, dataOf(known), { id: 'm', dataHash: trainedOn }, checkpoint)
  const fullPass = async (known: readonly AdjustedBar[]) =>
    (await pool.predict(checkpoint, dataOf(known).table, known.length - 1))[0]!
  const kept = async () => (await sql`select rows from model_states`).map(({ rows }) => rows)
  return { sql, forecast, fullPass, kept }
}

test('while weights stay, each session goes on from the state before it, in the bits of a full pass', async () => {
  const { sql, forecast, fullPass, kept } = await place()
  await forecast(bars.slice(0, 380))
  expect(await kept()).toEqual([]) // Trained on these very data.
  for (const [sessions, rows] of [
    [381, 320],
    [382, 320],
    [384, 320],
    [385, 384],
    [400, 384],
    [480, 448],
  ] as const) {
    expect(await forecast(bars.slice(0, sessions))).toEqual(await fullPass(bars.slice(0, sessions)))
    expect(await kept()).toEqual([rows])
  }
  expect(await fullPass(bars.slice(0, 480))).not.toEqual(await fullPass(bars.slice(0, 479)))
  await sql`update model_states set values = decode(repeat('00', length(values)), 'hex')`
  expect(await forecast(bars)).not.toEqual(await fullPass(bars)) // It is really gone on from.
}, 60_000)

test('a corrected bar, or a state of another machine, leads to a full pass', async () => {
  const { sql, forecast, fullPass, kept } = await place()
  await forecast(bars.slice(0, 400))
  const corrected = bars.map((bar, t) => (t === 100 ? { ...bar, close: bar.close * 1.001 } : bar)).slice(0, 401)
  expect(await forecast(corrected)).toEqual(await fullPass(corrected))
  expect(await kept()).toEqual([384])
  await sql`update model_states set made_by = 'abacus', values = decode(repeat('00', length(values)), 'hex')`
  expect(await forecast(corrected)).toEqual(await fullPass(corrected))
}, 60_000)

test('a state names the very kernels that made it: those of another version round otherwise', async () => {
  const { sql, forecast } = await place()
  await forecast(bars.slice(0, 400))
  const [state] = await sql`select made_by from model_states`
  const [, binary, digest] = state!.made_by.split(' ')
  const bytes = readFileSync(new URL(`../../../dist/kernels/${binary}.wasm`, import.meta.url))
  expect(createHash('sha256').update(bytes).digest('hex').slice(0, 12)).toBe(digest)
}, 60_000)
