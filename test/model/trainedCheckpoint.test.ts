import { expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { defaultTrainingOptions } from '../../src/model/defaults.js'
import { initialWeights } from '../../src/model/initialise.js'
import { trainedCheckpoint } from '../../src/model/trainedCheckpoint.js'
import { prepareTraining } from '../../src/model/trainingData.js'
import { syntheticTable } from './syntheticTable.js'

test('weights that are not numbers make no checkpoint, whatever the losses were', async () => {
  await selectBackend('cpu')
  const request = { table: syntheticTable(300, 1), trainRows: 299, options: defaultTrainingOptions }
  const data = prepareTraining(request)
  const weights = initialWeights(data.shape, 1)
  const fitted = { epoch: 7, trainLoss: 1, validationLoss: 1, weights, seconds: 1 }
  expect(await trainedCheckpoint(request, data, fitted)).toMatchObject({ epochs: 7 })
  weights['blocks.0.A_log']!.data[3] = Number.NaN
  await expect(trainedCheckpoint(request, data, fitted)).rejects.toThrow('training diverged at epoch 7')
})
