import { beforeAll, expect, test } from 'vitest'
import type { Distribution } from '../../src/domain/forecast.js'
import { selectBackend } from '../../src/kernels/backend.js'
import { checkpointId, loadCheckpoint, saveCheckpoint } from '../../src/model/checkpoint.js'
import { averageDistribution } from '../../src/model/ensemble.js'
import { explain } from '../../src/model/explain/explain.js'
import type { Checkpoint, EpochProgress, TrainingOptions } from '../../src/model/forecaster.js'
import { predict } from '../../src/model/predict.js'
import { predictLast } from '../../src/model/predictLast.js'
import { membersOf } from '../../src/model/seedEnsemble.js'
import { train } from '../../src/model/trainer.js'
import { flattenWeights } from '../../src/model/weights.js'
import { syntheticTable } from './syntheticTable.js'

const options: TrainingOptions = {
  ...{ head: 'quantile', dModel: 8, nLayers: 1, dState: 4, expand: 2, dConv: 4, dtRank: 'auto' },
  ...{ learningRate: 0.01, weightDecay: 1e-4, maxEpochs: 8, patience: 8, validationShare: 0.2, seed: 5 },
}
const table = syntheticTable(420)
const trainRows = 400

beforeAll(() => selectBackend('wasm'))

test('an ensemble holds the networks of seeds that count up, and forecasts the mean of their quantiles', async () => {
  const progress: EpochProgress[] = []
  const checkpoint = await train({
    table,
    trainRows,
    options: { ...options, ensemble: 3 },
    onEpoch: (one) => progress.push(one),
  })
  const alone: Checkpoint[] = []
  for (const seed of [5, 6, 7]) alone.push(await train({ table, trainRows, options: { ...options, seed } }))
  const flat = ({ shape, weights }: (typeof alone)[number]) => flattenWeights(shape, weights)
  expect(membersOf(checkpoint).map(flat)).toEqual(alone.map(flat))
  expect(checkpoint.parameters).toBe(3 * alone[0]!.parameters)
  expect(checkpoint.options).toEqual({ ...options, ensemble: 3 })

  const forecasts = await predict(checkpoint, table, trainRows)
  const each: Distribution[][] = []
  for (const member of alone) each.push(await predict(member, table, trainRows))
  expect(forecasts).toEqual(forecasts.map((_, i) => averageDistribution(each.map((all) => all[i]!))))
  const done = progress.map(({ epoch }) => epoch)
  expect(done).toEqual(done.toSorted((a, b) => a - b))
  expect(progress.at(-1)).toMatchObject({ epoch: 26, maxEpochs: 26 })
})

test('comes back from its checkpoint bit for bit, under an id that every member counts in, and is explained whole', async () => {
  const checkpoint = await train({ table, trainRows, options: { ...options, ensemble: 2 } })
  const again = loadCheckpoint(saveCheckpoint(checkpoint))
  const forecasts = await predict(checkpoint, table, 410)
  expect(await predict(again, table, 410)).toEqual(forecasts)
  expect((await predictLast(again, table))!.distribution).toEqual(forecasts.at(-1))
  expect(checkpointId(again, 'data')).toBe(checkpointId(checkpoint, 'data'))
  const [, second] = membersOf(checkpoint)
  const changed = { ...checkpoint, further: [membersOf(checkpoint)[0]!.weights] }
  expect(checkpointId(changed, 'data')).not.toBe(checkpointId(checkpoint, 'data'))
  expect(second!.options.seed).toBe(6)
  const { width, median } = await explain(checkpoint, table)
  for (const { baseline, output, features, residual } of [width!, median]) {
    const missed = Math.abs(features.reduce((sum, part) => sum + part, 0) - (output - baseline))
    expect(missed).toBeLessThanOrEqual(residual * Math.abs(output - baseline) + 1e-6)
    expect(residual).toBeLessThan(0.01)
  }
})

test('fine-tuning goes on from each member', async () => {
  const warmStart = await train({ table, trainRows: 390, options: { ...options, ensemble: 2, maxEpochs: 1 } })
  const tuned = await train({ table, trainRows, options: { ...options, ensemble: 2 }, warmStart })
  const members = membersOf(warmStart)
  const [first, second] = membersOf(tuned).map(({ shape, weights }) => flattenWeights(shape, weights))
  const alone = await train({ table, trainRows, options: { ...options, seed: 6 }, warmStart: members[1]! })
  expect(second).toEqual(flattenWeights(alone.shape, alone.weights))
  expect(first).not.toEqual(second)
})

test('a model of one network is what it was', async () => {
  const [plain, one] = [
    await train({ table, trainRows, options }),
    await train({ table, trainRows, options: { ...options, ensemble: 1 } }),
  ]
  expect(membersOf(plain)).toEqual([plain])
  expect(flattenWeights(one.shape, one.weights)).toEqual(flattenWeights(plain.shape, plain.weights))
  expect(saveCheckpoint(plain).includes('further')).toBe(false)
})
