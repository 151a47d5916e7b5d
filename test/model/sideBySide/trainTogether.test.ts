import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { UserError } from '../../../src/domain/errors.js'
import { type BackendName, selectBackend } from '../../../src/kernels/backend.js'
import type {
  Checkpoint,
  EpochProgress,
  HeadName,
  TrainingOptions,
  TrainRequest,
} from '../../../src/model/forecaster.js'
import { trainTogether } from '../../../src/model/sideBySide/trainTogether.js'
import { train } from '../../../src/model/trainer.js'
import { flattenWeights } from '../../../src/model/weights.js'
import { relativeError } from '../../kernels/relativeError.js'
import { syntheticTable } from '../syntheticTable.js'

const options: TrainingOptions = {
  ...{ head: 'quantile', dModel: 4, nLayers: 1, dState: 3, expand: 2, dConv: 4, dtRank: 'auto' },
  ...{ learningRate: 0.01, weightDecay: 1e-4, maxEpochs: 5, patience: 5, validationShare: 0.2, seed: 1 },
}

/** Tickers of their own lengths and weights: the first three share a batch with padding, the last is too short for it. */
const requests: TrainRequest[] = [300, 290, 275, 262].map((rows, i) => ({
  ...{ table: syntheticTable(rows, i + 1), trainRows: rows - 1, options: { ...options, seed: i + 1 } },
}))

const weightsOf = ({ shape, weights }: Checkpoint) => flattenWeights(shape, weights)

async function trained(given: readonly TrainRequest[]): Promise<Checkpoint[]> {
  return (await trainTogether(given)).map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

/** Each request with what it reports. */
function listening(given: readonly TrainRequest[]): { heard: EpochProgress[][]; requests: TrainRequest[] } {
  const heard: EpochProgress[][] = given.map(() => [])
  return { heard, requests: given.map((request, i) => ({ ...request, onEpoch: (seen) => heard[i]!.push(seen) })) }
}

const lossesOf = (heard: readonly EpochProgress[]): number[] =>
  heard.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss])

/** The operations are the portable ones here; on a GPU their kernels have tests of their own. */
describe.each([
  ['cpu', ['quantile']],
  ['wasm', ['quantile', 'tanh']],
] satisfies [BackendName, HeadName[]][])('tickers trained together on %s', (backend, heads) => {
  beforeAll(() => selectBackend(backend))

  test.each(heads)('have the losses and weights that each has alone, head %s', async (head) => {
    const given = requests.map((request) => ({ ...request, options: { ...request.options, head } }))
    const [together, alone] = [listening(given), listening(given)]
    const checkpoints = await trained(together.requests)
    for (const [i, request] of alone.requests.entries()) {
      const single = await train(request)
      expect(relativeError(lossesOf(together.heard[i]!), lossesOf(alone.heard[i]!)), `losses ${i}`).toBeLessThan(1e-4)
      expect(relativeError(weightsOf(checkpoints[i]!), weightsOf(single)), `weights ${i}`).toBeLessThan(1e-4)
      const { weights: _, seconds: __, trainLoss, validationLoss, residualQuantiles, ...rest } = checkpoints[i]!
      expect(single).toMatchObject(rest)
      expect(residualQuantiles === null).toBe(head === 'quantile')
    }
  })
})

describe('tickers trained together', () => {
  beforeAll(() => selectBackend('wasm'))

  test('stop one by one, each with the weights of its own best epoch', async () => {
    const eager = { ...options, learningRate: 0.1, maxEpochs: 12, patience: 2 }
    const given = requests.slice(0, 3).map((request, i) => ({ ...request, options: { ...eager, seed: i + 1 } }))
    const [together, alone] = [listening(given), listening(given)]
    const checkpoints = await trained(together.requests)
    const ends = together.heard.map((heard) => heard.at(-1)!.epoch)
    expect(new Set(ends).size).toBeGreaterThan(1)
    for (const [i, request] of alone.requests.entries()) {
      const single = await train(request)
      expect(together.heard[i]!.map(({ epoch }) => epoch)).toEqual(alone.heard[i]!.map(({ epoch }) => epoch))
      expect(checkpoints[i]!.epochs).toBe(single.epochs)
      expect(relativeError(weightsOf(checkpoints[i]!), weightsOf(single))).toBeLessThan(1e-3)
    }
  })

  test('without validation all keep their last weights', async () => {
    const given = requests.slice(0, 2).map((request) => ({ ...request, options: { ...options, validationShare: 0 } }))
    const checkpoints = await trained(given)
    for (const [i, request] of given.entries()) {
      expect(checkpoints[i]!.epochs).toBe(options.maxEpochs)
      expect(relativeError(weightsOf(checkpoints[i]!), weightsOf(await train(request)))).toBeLessThan(1e-4)
    }
  })

  test('go on when one has too few rows, one diverges and one is aborted', async () => {
    const longer = { ...options, maxEpochs: 12, patience: 12 }
    const given = requests.slice(0, 3).map((request) => ({ ...request, options: longer }))
    const [first, second, third] = given as [TrainRequest, TrainRequest, TrainRequest]
    const stop = new AbortController()
    const wild = await train(second)
    wild.weights['head.bias']!.data.fill(Number.NaN)
    const results = await trainTogether([
      { ...first, trainRows: 20 },
      { ...second, warmStart: wild },
      { ...third, signal: stop.signal, onEpoch: () => stop.abort(new Error('not wanted')) },
      first,
    ])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled'])
    const [short, diverged, aborted] = results as PromiseRejectedResult[]
    expect(short!.reason).toBeInstanceOf(UserError)
    expect(String(diverged!.reason)).toContain('training diverged at epoch 0')
    expect(String(aborted!.reason)).toContain('not wanted')
    const { value } = results[3] as PromiseFulfilledResult<Checkpoint>
    expect(relativeError(weightsOf(value), weightsOf(await train(first)))).toBeLessThan(1e-4)
  })

  test('leave no tensor behind', async () => {
    const before = tf.memory().numTensors
    await trained(requests)
    expect(tf.memory().numTensors).toBe(before)
  })

  test('are the same to the last bit each time', async () => {
    const given = requests.slice(0, 2)
    const [first, second] = [await trained(given), await trained(given)]
    for (const [i, checkpoint] of first.entries()) expect(weightsOf(second[i]!)).toEqual(weightsOf(checkpoint))
  })
})
