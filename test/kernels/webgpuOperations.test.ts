import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adam, initialAdamState } from '../../src/kernels/adam/adam.js'
import { plainAdam } from '../../src/kernels/adam/plain.js'
import { selectBackend } from '../../src/kernels/backend.js'
import { matMul } from '../../src/kernels/matMul/matMul.js'
import { plainMatMul } from '../../src/kernels/matMul/plain.js'
import { ownKernels } from '../../src/kernels/ownKernels.js'
import { stopWebgpu } from '../../src/kernels/webgpu/startWebgpu.js'
import { compareModels } from './compareModels.js'
import { convCase, linearCase, normCase, scanModelsCase } from './modelsCases.js'
import { randomArray } from './randomArrays.js'
import { relativeError } from './relativeError.js'
import { useSoftwareVulkan } from './softwareVulkan.js'

const available = useSoftwareVulkan()
const float32 = (values: Float64Array, shape: number[]) => tf.tensor(Float32Array.from(values), shape)

/** Shapes on both sides of a tile, a segment of rows and a lane, for one model and for several. */
describe.skipIf(!available)('on webgpu by a software driver, against the float64 reference of each model', () => {
  beforeAll(async () => {
    expect(await selectBackend('webgpu')).toMatchObject({ name: 'webgpu' })
  })
  afterAll(() => stopWebgpu())

  test('every operation of the network has a kernel of our own', () => {
    expect(ownKernels()).toEqual(['Adam', 'Linear', 'RmsNorm', 'CausalConv1d', 'SelectiveScan'])
  })

  test.each([
    [1, 1, 1, 1],
    [1, 300, 15, 16],
    [3, 37, 17, 33],
    [2, 513, 3, 10],
  ])('linear: %i models, %i rows, %i to %i', (...size) => compareModels(linearCase(...size)))

  test('linear without a bias', () => compareModels(linearCase(2, 270, 20, 3, false)))

  test.each([
    [1, 1, 3],
    [2, 300, 16],
    [3, 65, 19],
  ])('rmsNorm: %i models, %i rows of %i', (...size) => compareModels(normCase(...size)))

  test.each([
    [1, 1, 1, 4],
    [2, 300, 5, 4],
    [3, 17, 18, 1],
    [1, 2, 3, 6],
  ])('causalConv1d: %i models, %i steps, %i channels, %i taps', (...size) => compareModels(convCase(...size)))

  test('selectiveScan: models of their own A, D and bias', () => compareModels(scanModelsCase(3, 40, 5, 6)))

  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('matMul, transposed %s and %s, over a long inner dimension', async (transposeA, transposeB) => {
    const [rows, inner, columns] = [5, 600, 9]
    await compareModels({
      ...{ kernel: plainMatMul, models: 2, dims: { batch: 1, rows, inner, columns, transposeA, transposeB } },
      shapes: { a: transposeA ? [inner, rows] : [rows, inner], b: transposeB ? [columns, inner] : [inner, columns] },
      operation: ({ a, b }) => matMul(a as tf.Tensor3D, b as tf.Tensor3D, transposeA, transposeB),
    })
  })

  test.each([false, true])('three steps of adam over parameters of any shape, decoupled %s', async (decoupled) => {
    const shapes = [[3, 70], [1], [129]]
    const sizes = shapes.map(tf.util.sizeFromShape)
    const options = { learningRate: 0.01, weightDecay: 0.1, decoupled }
    let parameters = shapes.map((shape, i) => float32(randomArray(i + 1, sizes[i]!), shape))
    let state = initialAdamState(parameters)
    let expected = sizes.map((size, i) => ({
      ...{ parameters: randomArray(i + 1, size), m: new Float64Array(size), v: new Float64Array(size) },
    }))
    for (let step = 1; step <= 3; step++) {
      const gradients = sizes.map((size, i) => randomArray(10 * step + i, size))
      const given = gradients.map((gradient, i) => float32(gradient, shapes[i]!))
      ;({ parameters, state } = adam(parameters, given, state, options))
      const constants = { ...options, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step }
      expected = expected.map((arrays, i) => plainAdam(arrays, gradients[i]!, constants) as typeof arrays)
    }
    for (const [i, { parameters: wanted }] of expected.entries())
      expect(relativeError(await parameters[i]!.data(), wanted)).toBeLessThan(1e-6)
    const moments = (name: 'm' | 'v') => expected.flatMap((arrays) => [...arrays[name]])
    expect(relativeError(await state.m.data(), moments('m'))).toBeLessThan(1e-6)
    expect(relativeError(await state.v.data(), moments('v'))).toBeLessThan(1e-6)
  })
})
