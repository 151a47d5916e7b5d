import * as tf from '@tensorflow/tfjs'
import { describe, expect, test } from 'vitest'
import { type AdamOptions, adam, initialAdamState } from '../../src/kernels/adam/adam.js'
import { type AdamArrays, plainAdam } from '../../src/kernels/adam/plain.js'
import { portableAdam } from '../../src/kernels/adam/portable.js'
import { type BackendName, selectBackend } from '../../src/kernels/backend.js'
import { randomArray } from './randomArrays.js'
import { relativeError } from './relativeError.js'

const defaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, decoupled: false }
const kinds: [string, AdamOptions][] = [
  ['no decay', { learningRate: 0.01 }],
  ['L2 in the gradient', { learningRate: 0.01, weightDecay: 0.1 }],
  ['decoupled decay', { learningRate: 0.01, weightDecay: 0.1, decoupled: true }],
]

const split = (values: Float64Array) => [
  tf.tensor1d(Float32Array.from(values.slice(0, 7))),
  tf.tensor2d(Float32Array.from(values.slice(7)), [2, 5]),
]

/** Twenty steps on two parameters of 7 and 10 values, and the same on one flat vector of 17 in float64. */
function compare(options: AdamOptions, step: typeof adam): number {
  return tf.tidy(() => {
    const start = randomArray(1, 17)
    let flat: AdamArrays = { parameters: start, m: new Float64Array(17), v: new Float64Array(17) }
    let parameters: tf.Tensor[] = split(start)
    let state = initialAdamState(parameters)
    for (let i = 1; i <= 20; i++) {
      const gradient = randomArray(100 + i, 17)
      flat = plainAdam(flat, gradient, { ...defaults, ...options, step: i })
      const gradients = split(gradient)
      const next = step(parameters, gradients, state, options)
      parameters = next.parameters
      state = next.state
    }
    return relativeError(tf.concat(parameters.map((p) => p.reshape([-1]))).dataSync(), flat.parameters)
  })
}

const fromCoreOperations: typeof adam = (parameters, gradients, state, options) => {
  const step = { ...defaults, ...options, step: state.step + 1 }
  const outputs = portableAdam(parameters, gradients, state.m, state.v, step)
  const [m, v] = outputs.slice(-2) as [tf.Tensor1D, tf.Tensor1D]
  return { parameters: outputs.slice(0, -2), state: { step: step.step, m, v } }
}

const backends: BackendName[] = ['cpu', 'wasm']
describe.each(backends)('Adam on %s', (backend) => {
  test.each(kinds)('takes the steps of the float64 reference: %s', async (_, options) => {
    await selectBackend(backend)
    expect(compare(options, adam)).toBeLessThan(1e-5)
  })

  test.each(kinds)('takes the same steps from core operations: %s', async (_, options) => {
    await selectBackend(backend)
    expect(compare(options, fromCoreOperations)).toBeLessThan(1e-5)
  })
})

test('the reference takes the first step of PyTorch: learning rate times the sign of the gradient', () => {
  const zeros = { parameters: new Float64Array([0, 0]), m: new Float64Array(2), v: new Float64Array(2) }
  const next = plainAdam(zeros, new Float64Array([3, -4]), { ...defaults, learningRate: 0.1, step: 1 })
  expect(next.parameters[0]).toBeCloseTo(-0.1, 8)
  expect(next.parameters[1]).toBeCloseTo(0.1, 8)
})
