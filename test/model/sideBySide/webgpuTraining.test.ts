import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { selectBackend } from '../../../src/kernels/backend.js'
import { stopWebgpu } from '../../../src/kernels/webgpu/startWebgpu.js'
import type { Checkpoint, EpochProgress, TrainingOptions, TrainRequest } from '../../../src/model/forecaster.js'
import { train, trainAll } from '../../../src/model/trainer.js'
import { createTrainingPool } from '../../../src/model/trainingPool.js'
import { flattenWeights } from '../../../src/model/weights.js'
import { relativeError } from '../../kernels/relativeError.js'
import { useSoftwareVulkan } from '../../kernels/softwareVulkan.js'
import { syntheticTable } from '../syntheticTable.js'

const available = useSoftwareVulkan()
const options: TrainingOptions = {
  ...{ head: 'quantile', dModel: 4, nLayers: 1, dState: 3, expand: 2, dConv: 4, dtRank: 'auto' },
  ...{ learningRate: 0.01, weightDecay: 1e-4, maxEpochs: 2, patience: 2, validationShare: 0.1, seed: 1 },
}
const requests: TrainRequest[] = [266, 258].map((rows, i) => ({
  ...{ table: syntheticTable(rows, i + 1), trainRows: rows - 1, options: { ...options, seed: i + 1 } },
}))
const weightsOf = ({ shape, weights }: Checkpoint) => flattenWeights(shape, weights)

async function trained(given: readonly TrainRequest[]): Promise<Checkpoint[]> {
  return (await trainAll(given)).map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

/** The shaders on a software driver: slow, so sizes are the least that can be trained. */
describe.skipIf(!available)('trainings on webgpu', { timeout: 240_000 }, () => {
  const alone: { checkpoint: Checkpoint; heard: EpochProgress[] }[] = []

  beforeAll(async () => {
    await selectBackend('wasm')
    for (const request of requests) {
      const heard: EpochProgress[] = []
      alone.push({ checkpoint: await train({ ...request, onEpoch: (seen) => heard.push(seen) }), heard })
    }
    await selectBackend('webgpu')
  })
  afterAll(() => stopWebgpu())

  test('of several tickers at once have the losses and weights that each has alone on wasm', async () => {
    const heard: EpochProgress[][] = [[], []]
    const checkpoints = await trained(requests.map((r, i) => ({ ...r, onEpoch: (seen) => heard[i]!.push(seen) })))
    for (const [i, { checkpoint, heard: wanted }] of alone.entries()) {
      const losses = (of: EpochProgress[]) => of.flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss])
      expect(relativeError(losses(heard[i]!), losses(wanted)), `losses ${i}`).toBeLessThan(1e-4)
      expect(relativeError(weightsOf(checkpoints[i]!), weightsOf(checkpoint)), `weights ${i}`).toBeLessThan(1e-4)
      expect(checkpoints[i]).toMatchObject({ backend: 'webgpu', epochs: checkpoint.epochs })
    }
  })

  test('are the same to the last bit each time, and leave no tensor behind', async () => {
    const one = requests.map((request) => ({ ...request, options: { ...request.options, maxEpochs: 1 } }))
    const first = await trained(one)
    const { numTensors, numDataBuffers } = tf.memory()
    const second = await trained(one)
    for (const [i, checkpoint] of first.entries()) expect(weightsOf(second[i]!)).toEqual(weightsOf(checkpoint))
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers })
  })

  test('read losses only to tell of them: after the first epoch, then those of two seconds at a time', async () => {
    const read = vi.spyOn(tf.backend(), 'read')
    const heard: number[] = []
    const onEpoch = ({ epoch }: EpochProgress) => heard.push(epoch)
    const started = performance.now()
    await train({ ...requests[0]!, options: { ...options, maxEpochs: 12, patience: 12 }, onEpoch })
    const seconds = (performance.now() - started) / 1000
    expect(heard).toEqual(Array.from({ length: 13 }, (_, epoch) => epoch))
    // the first, every tenth, the last epoch, what two seconds bring up, and the weights
    expect(read.mock.calls.length).toBeGreaterThanOrEqual(3)
    expect(read.mock.calls.length).toBeLessThanOrEqual(5 + seconds)
    read.mockRestore()
  })

  test('asked of a pool one by one are carried out together', async () => {
    const pool = createTrainingPool({ threads: 2, backend: 'webgpu' })
    try {
      const stop = new AbortController()
      const third = pool.train({ ...requests[1]!, signal: stop.signal })
      const outcome = expect(third).rejects.toThrow('no longer wanted')
      const trainings = requests.map((request) => pool.train(request))
      stop.abort(new Error('no longer wanted'))
      const checkpoints = await Promise.all(trainings)
      await outcome
      for (const [i, { checkpoint }] of alone.entries())
        expect(relativeError(weightsOf(checkpoints[i]!), weightsOf(checkpoint)), `weights ${i}`).toBeLessThan(1e-4)
      expect(new Set(checkpoints.map(({ seconds }) => seconds)).size).toBe(1) // an equal share of one batch
      const nextDay = await pool.nextDay({ ...requests[0]!, model: 'mamba', from: 263 })
      expect(nextDay).toMatchObject({ backend: 'webgpu', losses: { length: 3 }, distributions: { length: 3 } })
      expect(await pool.trainedTogether()).toBeGreaterThan(1)
    } finally {
      await pool.close()
    }
  })
})
