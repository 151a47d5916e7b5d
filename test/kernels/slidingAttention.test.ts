import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { plainSlidingAttention } from '../../src/kernels/slidingAttention/plain.js'
import { slidingAttention } from '../../src/kernels/slidingAttention/slidingAttention.js'
import { expectRightGradients, randomFloats, randomValues } from './finiteDifference.js'

test('every gradient is the slope that central differences measure', () => {
  const dims = { b: 2, l: 6, d: 4, heads: 2, window: 3 }
  const size = dims.b * dims.l * dims.d
  const inputs = { q: randomValues(size, 1), k: randomValues(size, 2), v: randomValues(size, 3) }
  expectRightGradients(plainSlidingAttention, inputs, dims)
})

/** One head by whole matrices: scores, bias and mask, softmax, values. */
function byMatrices(q: tf.Tensor2D, k: tf.Tensor2D, v: tf.Tensor2D, slope: number, window: number): tf.Tensor {
  const [l, size] = q.shape
  const bias = tf.tensor2d(
    Array.from({ length: l }, (_, t) =>
      Array.from({ length: l }, (_, s) => (s > t || s <= t - window ? -1e9 : -slope * (t - s))),
    ),
  )
  return tf.matMul(tf.softmax(tf.add(tf.div(tf.matMul(q, k, false, true), Math.sqrt(size)), bias)), v)
}

describe.each(['cpu', 'wasm'] as const)('on backend %s', (backend) => {
  beforeAll(() => selectBackend(backend))

  test('it is masked attention with a linear bias, head by head', async () => {
    const [l, d, heads, window] = [8, 6, 2, 4]
    const tensor = (seed: number) => tf.tensor2d(randomFloats(l * d, seed), [l, d])
    const [q, k, v] = [tensor(4), tensor(5), tensor(6)]
    const actual = slidingAttention(q.expandDims(0), k.expandDims(0), v.expandDims(0), { heads, window })
    const perHead = [0, 1].map((head) => {
      const part = (x: tf.Tensor2D) => tf.slice(x, [0, (head * d) / heads], [l, d / heads])
      return byMatrices(part(q), part(k), part(v), 2 ** (-4 * (head + 1)), window) as tf.Tensor2D
    })
    const [got, expected] = [await actual.data(), await tf.concat(perHead, 1).data()]
    for (const [i, value] of got.entries()) expect(value).toBeCloseTo(expected[i]!, 5)
  })

  test('a width that the heads cannot share is refused', () => {
    const x = tf.zeros([1, 2, 5]) as tf.Tensor3D
    expect(() => slidingAttention(x, x, x, { heads: 2, window: 2 })).toThrow('d divisible by 2')
  })
})
