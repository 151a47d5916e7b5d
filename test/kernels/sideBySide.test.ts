import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type BackendName, selectBackend } from '../../src/kernels/backend.js'
import { KernelInputError } from '../../src/kernels/kernelInputError.js'
import { linear } from '../../src/kernels/linear/linear.js'
import { compareModels } from './compareModels.js'
import { convCase, linearCase, normCase, scanModelsCase } from './modelsCases.js'

const backends: BackendName[] = ['cpu', 'wasm']

describe.each(backends)('several models side by side on %s', (backend) => {
  beforeAll(() => selectBackend(backend))

  test.each([1, 3])('linear: %i models give what each gives alone, gradients too', async (models) => {
    await compareModels(linearCase(models, 9, 5, 7))
    await compareModels(linearCase(models, 9, 5, 1, false))
  })

  test.each([1, 3])('rmsNorm: %i models give what each gives alone, gradients too', (models) =>
    compareModels(normCase(models, 9, 5)),
  )

  test.each([1, 3])('causalConv1d: %i models give what each gives alone, gradients too', (models) =>
    compareModels(convCase(models, 9, 5, 4)),
  )

  test.each([1, 3])('selectiveScan: %i models give what each gives alone, gradients too', (models) =>
    compareModels(scanModelsCase(models, 21, 5, 3)),
  )

  test('a sequence without a model is refused', () => {
    expect(() => linear(tf.ones([2, 4, 3]), tf.ones([3, 5, 3]))).toThrow(KernelInputError)
  })
})
