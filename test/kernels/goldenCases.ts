import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { adam, initialAdamState } from '../../src/kernels/adam/adam.js'
import { referenceNetwork, type Weights } from './referenceNetwork.js'
import { relativeError } from './relativeError.js'

interface Packed {
  readonly shape: number[]
  readonly data: number[]
}

/** One case of the PyTorch reference in float64. */
export interface GoldenCase {
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

/** The cases of golden.json; none where the file is not at hand. */
export const goldenCases: GoldenCase[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).cases : []

const unpack = ({ data, shape }: Packed) => tf.tensor(data, shape, 'float32')

const unpackWeights = (golden: GoldenCase): Weights =>
  Object.fromEntries(Object.entries(golden.weights).map(([name, weight]) => [name, unpack(weight)]))

const lossAndGradients = (golden: GoldenCase, weights: Weights) => {
  const loss = (...values: tf.Tensor[]) => {
    const named = Object.fromEntries(Object.keys(weights).map((name, i) => [name, values[i]!]))
    const output = referenceNetwork(named, unpack(golden.x) as tf.Tensor3D, golden.n_layers)
    return tf.mean(tf.square(tf.sub(unpack(golden.y), output))) as tf.Scalar
  }
  return tf.tidy(() => tf.valueAndGrads(loss)(Object.values(weights)))
}

/** The output on the active backend agrees within 1e-5 of its norm. */
export async function expectGoldenOutput(golden: GoldenCase): Promise<void> {
  const output = referenceNetwork(unpackWeights(golden), unpack(golden.x) as tf.Tensor3D, golden.n_layers)
  expect(relativeError(await output.data(), golden.output.data)).toBeLessThan(1e-5)
}

/** Every gradient on the active backend agrees within 1e-4 of its norm. */
export async function expectGoldenGradients(golden: GoldenCase): Promise<void> {
  const weights = unpackWeights(golden)
  const { grads } = lossAndGradients(golden, weights)
  for (const [i, name] of Object.keys(weights).entries())
    expect(relativeError(await grads[i]!.data(), golden.grads[name]!.data), name).toBeLessThan(1e-4)
}

/** Five steps of Adam on the active backend have the losses of PyTorch within 1e-4; read back after the last step. */
export async function expectGoldenLosses(golden: GoldenCase): Promise<void> {
  let weights = unpackWeights(golden)
  let state = initialAdamState(Object.values(weights))
  const losses: tf.Scalar[] = []
  for (let step = 0; step < golden.adam_losses.length; step++) {
    const { value, grads } = lossAndGradients(golden, weights)
    losses.push(value)
    const next = adam(Object.values(weights), grads, state, { learningRate: golden.adam_lr })
    weights = Object.fromEntries(Object.keys(weights).map((name, i) => [name, next.parameters[i]!]))
    state = next.state
  }
  const read = await Promise.all(losses.map(async (loss) => (await loss.data())[0]!))
  expect(relativeError(read, golden.adam_losses)).toBeLessThan(1e-4)
}
