import { beforeAll, describe, expect, test } from 'vitest'
import { selectBackend } from '../../../src/kernels/backend.js'
import { defaultTrainingOptions } from '../../../src/model/defaults.js'
import { nextDayExperiment } from '../../../src/model/peers/nextDayExperiment.js'
import { predict } from '../../../src/model/predict.js'
import { train } from '../../../src/model/trainer.js'
import { syntheticTable, truncated } from '../syntheticTable.js'

const options = { ...defaultTrainingOptions, maxEpochs: 5 }
const table = syntheticTable(420)
const [trainRows, from] = [380, 390]

beforeAll(() => selectBackend('wasm'))

describe.each(['mamba', 'mambastock', 'lstm', 'gru', 'transformer', 's4d'] as const)('%s', (model) => {
  test('forecasts nine ordered quantiles for each row, with what it cost', async () => {
    const result = await nextDayExperiment({ model, table, trainRows, from, options })
    expect(result.distributions).toHaveLength(30)
    for (const { mean, quantiles } of result.distributions) {
      expect(Number.isFinite(mean)).toBe(true)
      expect(quantiles).toHaveLength(9)
      expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b))
    }
    expect(result.parameters).toBeGreaterThan(1000)
    expect(result.losses.length).toBeGreaterThan(1)
    expect(result.trainSeconds).toBeGreaterThan(0)
    expect(result.backend).toBe('wasm')
  })

  test('says the same to the bit when what comes after a row is cut off before training', async () => {
    const whole = await nextDayExperiment({ model, table, trainRows, from, options })
    const early = await nextDayExperiment({ model, table: truncated(table, 400), trainRows, from, options })
    expect(whole.distributions.slice(0, 10)).toEqual(early.distributions)
  })
})

test('the product is what its own trainer and forecast make of it', async () => {
  const { distributions } = await nextDayExperiment({ model: 'mamba', table, trainRows, from, options })
  expect(distributions).toEqual(await predict(await train({ table, trainRows, options }), table, from))
})

test('mambastock keeps its own recipe: a hundred epochs without early stopping', async () => {
  const { epochs } = await nextDayExperiment({ model: 'mambastock', table, trainRows, from, options })
  expect(epochs).toBe(100)
})
