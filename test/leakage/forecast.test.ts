import { expect, onTestFinished, test } from 'vitest'
import type { AdjustedBar } from '../../src/domain/bar.js'
import type { Forecast } from '../../src/domain/forecast.js'
import { adjustBars } from '../../src/ingest/adjust.js'
import { createSampleProvider } from '../../src/ingest/sampleProvider.js'
import { createLogger } from '../../src/log.js'
import { defaultTrainingOptions } from '../../src/model/defaults.js'
import { createTrainingPool } from '../../src/model/trainingPool.js'
import { fitModel } from '../../src/scheduler/jobs/fitModel.js'
import { forecastRows } from '../../src/scheduler/jobs/forecastRows.js'
import { tickerData, tickerInputs } from '../../src/scheduler/jobs/tickerData.js'
import { testDatabase } from '../support/testDatabase.js'

const T = { symbol: 'T', exchange: 'SAMPLE', timezone: 'UTC' }
const TRAIN_ROWS = 600
const provider = createSampleProvider()

async function bars(): Promise<AdjustedBar[]> {
  const [symbol] = await provider.list()
  const result = await provider.fetchBars({ symbol: symbol!, now: new Date('2022-06-01T00:00:00Z') })
  return adjustBars(result.bars)
}

test.each(['cpu', 'wasm'] as const)(
  'on %s: truncating the input after t leaves the forecast for t + 1 unchanged to the last bit',
  async (backend) => {
    const pool = createTrainingPool({ threads: 1, backend })
    onTestFinished(() => pool.close())
    const all = await bars()
    const full = tickerData(tickerInputs(T, all))
    const { db } = await testDatabase()
    const context = { db, pool, log: createLogger('silent'), clock: () => new Date(0), checkpointSeconds: 5 }
    const { signal } = new AbortController()
    const fit = await fitModel({ ...context, codeVersion: 'test', setting: null, signal }, full, {
      plan: { options: { ...defaultTrainingOptions, maxEpochs: 3 }, reason: 'test' },
      ...{ parent: null, trainRows: TRAIN_ROWS, purpose: 'backtest', onEpoch: () => {} },
    })
    const model = { id: fit.row.id, checkpoint: fit.checkpoint }
    const request = { model, from: TRAIN_ROWS, origin: 'backtest', moveThresholdPct: 2 } as const
    const known = await forecastRows(pool, full, { ...request, to: all.length - 1 })

    const differing: Forecast[] = []
    for (const t of [TRAIN_ROWS, TRAIN_ROWS + 1, TRAIN_ROWS + 37, TRAIN_ROWS + 128, all.length - 2]) {
      const truncated = tickerData(tickerInputs(T, all.slice(0, t + 1)))
      const again = await forecastRows(pool, truncated, { ...request, to: t + 1 })
      const asOf = all[t]!.session
      for (const forecast of again.filter((f) => f.asOf === asOf)) {
        const before = known.find((f) => f.asOf === asOf && f.forecaster === forecast.forecaster)
        if (JSON.stringify(before) !== JSON.stringify(forecast)) differing.push(forecast)
      }
      expect(again.filter((f) => f.asOf === asOf)).toHaveLength(8)
    }
    expect(differing).toEqual([])
  },
  120_000,
)

test('a single later bar that is let in is noticed', async () => {
  const all = await bars()
  const honest = tickerData(tickerInputs(T, all.slice(0, 700)))
  const leaky = tickerData(tickerInputs(T, [...all.slice(0, 699), { ...all[699]!, close: all[700]!.close }]))
  expect(leaky.hashes.at(-1)).not.toBe(honest.hashes.at(-1))
  expect([...leaky.table.values.slice(-honest.table.names.length)]).not.toEqual([
    ...honest.table.values.slice(-honest.table.names.length),
  ])
})
