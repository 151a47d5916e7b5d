import * as tf from '@tensorflow/tfjs'
import { expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'

/** Columns of matrices, cut and joined, with the gradient of both; and the cases that stay with tfjs. */
function results(): number[][] {
  return tf.tidy(() => {
    const x = tf.tensor2d(
      Float32Array.from({ length: 35 }, (_, i) => i * i),
      [5, 7],
    )
    const weights = tf.range(0, 35).reshape([5, 7])
    const mixed = (m: tf.Tensor) => {
      const [a, b, c] = tf.split(m as tf.Tensor2D, [4, 1, 2], 1)
      return tf.sum(tf.mul(tf.concat([c!, a!, b!], -1), weights)) as tf.Scalar
    }
    const { value, grad } = tf.valueAndGrad(mixed)(x)
    const others = [
      tf.concat([x, x], 0),
      ...tf.split(x, 5, 0),
      ...tf.split(x.reshape([5, 7, 1]), [3, 4], 1),
      tf.concat([x.toInt(), x.toInt()], 1),
      ...tf.split(x, 7, 1),
    ]
    return [value, grad, ...others].map((tensor) => Array.from(tensor.dataSync()))
  })
}

test('columns are cut and joined on wasm as on cpu', async () => {
  await selectBackend('cpu')
  const expected = results()
  await selectBackend('wasm')
  expect(results()).toEqual(expected)
  await selectBackend('cpu')
  await selectBackend('wasm')
  expect(results()).toEqual(expected)
})
