import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { gru } from '../../src/kernels/gru/gru.js'
import { plainGru } from '../../src/kernels/gru/plain.js'
import { expectRightGradients, randomFloats, randomValues } from './finiteDifference.js'

test('every gradient is the slope that central differences measure', () => {
  const [b, l, h] = [2, 5, 3]
  const inputs = {
    x: randomValues(b * l * 3 * h, 1),
    weight: randomValues(3 * h * h, 2),
    bias: randomValues(3 * h, 3),
  }
  expectRightGradients(plainGru, inputs, { b, l, h })
})

/** The cell step by step in tfjs operations, PyTorch's formula (torch.nn.GRU). */
function stepByStep(x: tf.Tensor3D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor {
  const h = weight.shape[1]
  const parts = (y: tf.Tensor) => tf.split(y, 3, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
  let state: tf.Tensor = tf.zeros([x.shape[0], h])
  const states = tf.unstack(x, 1).map((row) => {
    const [xr, xz, xn] = parts(row)
    const [hr, hz, hn] = parts(tf.add(tf.matMul(state as tf.Tensor2D, weight, false, true), bias))
    const [r, z] = [tf.sigmoid(tf.add(xr, hr)), tf.sigmoid(tf.add(xz, hz))]
    const n = tf.tanh(tf.add(xn, tf.mul(r, hn)))
    state = tf.add(tf.mul(tf.sub(1, z), n), tf.mul(z, state))
    return state
  })
  return tf.stack(states, 1)
}

describe.each(['cpu', 'wasm'] as const)('on backend %s', (backend) => {
  beforeAll(() => selectBackend(backend))

  test('the states are those of the formula step by step', async () => {
    const [b, l, h] = [2, 7, 4]
    const x = tf.tensor3d(randomFloats(b * l * 3 * h, 3), [b, l, 3 * h])
    const weight = tf.tensor2d(randomFloats(3 * h * h, 4), [3 * h, h])
    const bias = tf.tensor1d(randomFloats(3 * h, 5))
    const [actual, expected] = [await gru(x, weight, bias).data(), await stepByStep(x, weight, bias).data()]
    for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i]!, 5)
  })

  test('a wrong shape is an error that names all shapes', () => {
    expect(() => gru(tf.zeros([1, 2, 9]), tf.zeros([6, 2]), tf.zeros([6]))).toThrow(
      'Gru: x should have shape [1, 2, 6]',
    )
  })
})
