import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { selectBackend } from '../../../src/kernels/backend.js'
import type { Weights } from '../../../src/model/forecaster.js'
import { countParameters, networks } from '../../../src/model/peers/network.js'
import type { NetworkName } from '../../../src/model/peers/networkNames.js'
import { randomFloats } from '../../kernels/finiteDifference.js'

const NAMES = Object.keys(networks) as NetworkName[]
const size = { features: 15, outputs: 1 }
const tensorsOf = (weights: Weights) =>
  Object.fromEntries(Object.entries(weights).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]))

beforeAll(() => selectBackend('wasm'))

describe.each(NAMES)('network %s', (name) => {
  const { initialWeights, forward } = networks[name]

  test('has first weights that the seed fixes, about as many as MambaStock', () => {
    expect(initialWeights(size, 1)).toEqual(initialWeights(size, 1))
    expect(initialWeights(size, 1)).not.toEqual(initialWeights(size, 2))
    const mambaStock = countParameters(networks.mambastock.initialWeights(size, 1))
    expect(mambaStock).toBe(7041)
    expect(Math.abs(countParameters(initialWeights(size, 1)) / mambaStock - 1)).toBeLessThan(0.25)
  })

  test('gives a row the same outputs to the bit whatever comes after it', async () => {
    const weights = tensorsOf(initialWeights(size, 1))
    const rows = randomFloats(100 * 15, 4)
    const run = (count: number) => forward(weights, tf.tensor3d(rows.slice(0, count * 15), [1, count, 15])).data()
    const [whole, first] = [await run(100), await run(70)]
    expect([...whole.slice(0, 70)]).toEqual([...first])
  })

  test('lets every weight learn', () => {
    const weights = initialWeights(size, 1)
    const names = Object.keys(weights)
    const x = tf.tensor3d(randomFloats(40 * 15, 5), [1, 40, 15])
    const loss = (...tensors: tf.Tensor[]) =>
      tf.mean(tf.square(forward(Object.fromEntries(names.map((key, i) => [key, tensors[i]!])), x))) as tf.Scalar
    const { grads } = tf.valueAndGrads(loss)(Object.values(tensorsOf(weights)))
    for (const [i, key] of names.entries()) {
      const values = [...grads[i]!.dataSync()]
      expect(values.every(Number.isFinite), key).toBe(true)
      expect(
        values.some((value) => value !== 0),
        key,
      ).toBe(true)
    }
  })
})
