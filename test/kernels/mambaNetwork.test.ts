import * as tf from '@tensorflow/tfjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { KernelInputError } from '../../src/kernels/kernelInputError.js'
import {
  flatLayout,
  flatNetwork,
  fusedNetwork,
  type WeightTensors,
} from '../../src/kernels/mambaNetwork/mambaNetwork.js'
import { randomArray } from './randomArrays.js'
import { plainOutput, type Weights } from './referenceNetwork.js'
import { relativeError } from './relativeError.js'

const EPSILON = 1e-5

const random = (seed: number, shape: number[], low = -0.5, high = 0.5) =>
  tf.tensor(Float32Array.from(randomArray(seed, tf.util.sizeFromShape(shape), low, high)), shape)

/** Nothing a multiple of four: f 3, d 7, e 13, n 5, r 3, k 3, two layers, two outputs. */
const weightsOf = (): Weights => {
  const layer = (i: number): [string, number[]][] => [
    [`norms.${i}.weight`, [7]],
    [`blocks.${i}.in_proj.weight`, [26, 7]],
    [`blocks.${i}.conv1d.weight`, [13, 1, 3]],
    [`blocks.${i}.conv1d.bias`, [13]],
    [`blocks.${i}.x_proj.weight`, [13, 13]],
    [`blocks.${i}.dt_proj.weight`, [13, 3]],
    [`blocks.${i}.dt_proj.bias`, [13]],
    [`blocks.${i}.A_log`, [13, 5]],
    [`blocks.${i}.D`, [13]],
    [`blocks.${i}.out_proj.weight`, [7, 13]],
  ]
  const shapes: [string, number[]][] = [
    ['embed.weight', [7, 3]],
    ['embed.bias', [7]],
    ...layer(0),
    ...layer(1),
    ['norm_f.weight', [7]],
    ['head.weight', [2, 7]],
    ['head.bias', [2]],
  ]
  return Object.fromEntries(shapes.map(([name, shape], i) => [name, random(i + 1, shape)]))
}

type Network = (weights: WeightTensors, x: tf.Tensor3D) => tf.Tensor

/** Output and every gradient, of x first. */
function run(network: Network, weights: Weights, x: tf.Tensor): Map<string, Float32Array> {
  const names = Object.keys(weights)
  const f = (input: tf.Tensor, ...values: tf.Tensor[]) =>
    network(Object.fromEntries(names.map((name, i) => [name, values[i]!])), input as tf.Tensor3D)
  const dy = random(99, [...x.shape.slice(0, 2), 2])
  const tensors = [x, ...Object.values(weights)]
  const gradients = tf.grads(f as (...args: tf.Tensor[]) => tf.Tensor)(tensors, dy)
  const entries = [f(x, ...Object.values(weights)), ...gradients].map((tensor) => tensor.dataSync() as Float32Array)
  return new Map(['output', 'x', ...names].map((name, i) => [name, entries[i]!]))
}

describe('the network fused for wasm', () => {
  beforeEach(async () => {
    await selectBackend('wasm')
  })

  test('gives what its layers give one by one, gradients too', () => {
    tf.tidy(() => {
      const weights = weightsOf()
      const x = random(50, [2, 83, 3], -2, 2)
      const expected = run((named, input) => plainOutput(named, input, 2), weights, x)
      for (const [name, values] of run((named, input) => fusedNetwork(named, input, EPSILON), weights, x))
        expect(relativeError(values, expected.get(name)!), name).toBeLessThan(1e-5)
    })
  })

  test('has the same bits where all weights lie in one vector, in any order', () => {
    tf.tidy(() => {
      const weights = Object.fromEntries(Object.entries(weightsOf()).toReversed())
      const x = random(50, [2, 83, 3], -2, 2) as tf.Tensor3D
      const layout = Object.entries(weights).map(([name, { shape }]) => [name, shape] as const)
      const together = (values: readonly Float32Array[]) => values.flatMap((part) => [...part])
      const flat = tf.tensor1d(together(Object.values(weights).map((weight) => weight.dataSync() as Float32Array)))
      const network = (all: tf.Tensor) => flatNetwork(all as tf.Tensor1D, flatLayout(layout), x, EPSILON)
      const expected = run((named, input) => fusedNetwork(named, input, EPSILON), weights, x)
      expect([...network(flat).dataSync()]).toEqual([...expected.get('output')!])
      const gradient = tf.grad(network)(flat, random(99, [2, 83, 2]))
      expect([...gradient.dataSync()]).toEqual(together(layout.map(([name]) => expected.get(name)!)))
    })
  })

  test('refuses a vector that has not the size of its layout, and a layout that is of no network', () => {
    tf.tidy(() => {
      const x = random(50, [1, 9, 3]) as tf.Tensor3D
      const layout = Object.entries(weightsOf()).map(([name, { shape }]) => [name, shape] as const)
      const network = (given: typeof layout) => () => flatNetwork(tf.zeros([7]), flatLayout(given), x, EPSILON)
      expect(network(layout)).toThrow(
        /MambaNetwork: weights should have shape \[\d+\] \(x \[1, 9, 3\], weights \[7\]\)/,
      )
      const changed = layout.map(([name, shape]) => [name, name === 'blocks.1.D' ? [12] : shape] as const)
      expect(network(changed)).toThrow(/MambaNetwork: blocks\.1\.D should have shape \[13\]/)
      expect(network(layout.slice(0, -1))).toThrow(`MambaNetwork: ${layout.at(-1)![0]} is missing`)
      expect(network([...layout, ['more', [1]]])).toThrow('MambaNetwork: more is none of its weights')
    })
  })

  test('refuses a weight of another shape and NaN by name, and leaves nothing behind', () => {
    const weights = weightsOf()
    const x = random(50, [1, 9, 3])
    const { numTensors } = tf.memory()
    const kept = tf.backend().numDataIds()
    const attempt = (changed: Weights, message: RegExp) =>
      tf.tidy(() => {
        let error: unknown
        try {
          fusedNetwork({ ...weights, ...changed }, x as tf.Tensor3D, EPSILON)
        } catch (thrown) {
          error = thrown
        }
        expect(error).toBeInstanceOf(KernelInputError)
        expect((error as Error).message).toMatch(message)
      })
    attempt({ 'blocks.1.D': tf.ones([12]) }, /MambaNetwork.*blocks\.1\.D should have shape \[13\]/)
    attempt({ 'norms.1.weight': tf.fill([7], Number.NaN) }, /norms\.1\.weight holds NaN/)
    expect(tf.memory().numTensors).toBe(numTensors + 2)
    expect(tf.backend().numDataIds()).toBe(kept + 2)
    tf.dispose([x, Object.values(weights)])
  })
})
