import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { adam, initialAdamState } from '../../src/kernels/adam/adam.js'
import { selectBackend } from '../../src/kernels/backend.js'
import { attach } from '../../src/kernels/wasm/wasmHost.js'
import { referenceNetwork, type Weights } from './referenceNetwork.js'
import { relativeError } from './relativeError.js'

interface Packed {
  readonly shape: number[]
  readonly data: number[]
}

interface GoldenCase {
  readonly n_layers: number
  readonly x: Packed
  readonly y: Packed
  readonly output: Packed
  readonly weights: Record<string, Packed>
  readonly grads: Record<string, Packed>
  readonly adam_lr: number
  readonly adam_losses: number[]
}

const path = resolve(import.meta.dirname, '../../../shared/reference/golden.json')
const cases: GoldenCase[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).cases : []
const unpack = ({ data, shape }: Packed) => tf.tensor(data, shape, 'float32')

const lossAndGradients = (golden: GoldenCase, weights: Weights) => {
  const loss = (...values: tf.Tensor[]) => {
    const named = Object.fromEntries(Object.keys(weights).map((name, i) => [name, values[i]!]))
    const output = referenceNetwork(named, unpack(golden.x) as tf.Tensor3D, golden.n_layers)
    return tf.losses.meanSquaredError(unpack(golden.y), output) as tf.Scalar
  }
  return tf.tidy(() => tf.valueAndGrads(loss)(Object.values(weights)))
}

const start = {
  cpu: () => selectBackend('cpu'),
  'wasm, SIMD': async () => {
    await selectBackend('wasm')
    expect(attach(tf.backend(), ['simd'])).toMatchObject({ binary: 'simd' })
  },
  'wasm, relaxed SIMD': async () => {
    await selectBackend('wasm')
    expect(attach(tf.backend(), ['relaxed-simd'])).toMatchObject({ binary: 'relaxed-simd' })
  },
}
describe.skipIf(cases.length === 0).each(Object.entries(start))('against PyTorch in float64, on %s', (_, begin) => {
  beforeAll(async () => {
    await begin()
  })

  test.each(cases.map((golden, i) => [i, golden] as const))(
    'case %i: the output agrees within 1e-5',
    async (_, golden) => {
      const weights = Object.fromEntries(Object.entries(golden.weights).map(([name, w]) => [name, unpack(w)]))
      const output = referenceNetwork(weights, unpack(golden.x) as tf.Tensor3D, golden.n_layers)
      expect(relativeError(await output.data(), golden.output.data)).toBeLessThan(1e-5)
    },
  )

  test.each(cases.map((golden, i) => [i, golden] as const))(
    'case %i: every gradient agrees within 1e-4',
    async (_, golden) => {
      const weights = Object.fromEntries(Object.entries(golden.weights).map(([name, w]) => [name, unpack(w)]))
      const { grads } = lossAndGradients(golden, weights)
      for (const [i, name] of Object.keys(weights).entries())
        expect(relativeError(await grads[i]!.data(), golden.grads[name]!.data), name).toBeLessThan(1e-4)
    },
  )

  test.each(cases.map((golden, i) => [i, golden] as const))(
    'case %i: five Adam losses agree within 1e-4',
    async (_, golden) => {
      let weights: Weights = Object.fromEntries(Object.entries(golden.weights).map(([name, w]) => [name, unpack(w)]))
      let state = initialAdamState(Object.values(weights))
      const losses: number[] = []
      for (let step = 0; step < golden.adam_losses.length; step++) {
        const { value, grads } = lossAndGradients(golden, weights)
        losses.push((await value.data())[0]!)
        const next = adam(Object.values(weights), grads, state, { learningRate: golden.adam_lr })
        weights = Object.fromEntries(Object.keys(weights).map((name, i) => [name, next.parameters[i]!]))
        state = next.state
      }
      expect(relativeError(losses, golden.adam_losses)).toBeLessThan(1e-4)
    },
  )
})
