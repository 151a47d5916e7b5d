import * as tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { diagonalScan } from '../../src/kernels/diagonalScan/diagonalScan.js'
import { plainDiagonalScan } from '../../src/kernels/diagonalScan/plain.js'
import { expectRightGradients, randomFloats, randomValues } from './finiteDifference.js'

test('every gradient is the slope that central differences measure', () => {
  const [b, l, e, n] = [2, 6, 2, 3]
  const inputs = { u: randomValues(b * l * e, 1), a: randomValues(e * n, 2), c: randomValues(e * n, 3) }
  expectRightGradients(plainDiagonalScan, inputs, { b, l, e, n })
})

describe.each(['cpu', 'wasm'] as const)('on backend %s', (backend) => {
  beforeAll(() => selectBackend(backend))

  test('it is the convolution with the kernel sum_n c a^t (S4D, equation 5)', async () => {
    const [l, e, n] = [9, 3, 4]
    const [u, a, c] = [randomFloats(l * e, 4), randomFloats(e * n, 5), randomFloats(e * n, 6)]
    const y = await diagonalScan(tf.tensor3d(u, [1, l, e]), tf.tensor2d(a, [e, n]), tf.tensor2d(c, [e, n])).data()
    for (let t = 0; t < l; t++)
      for (let channel = 0; channel < e; channel++) {
        let expected = 0
        for (let lag = 0; lag <= t; lag++)
          for (let s = 0; s < n; s++)
            expected += c[channel * n + s]! * a[channel * n + s]! ** lag * u[(t - lag) * e + channel]!
        expect(y[t * e + channel]).toBeCloseTo(expected, 5)
      }
  })

  test('a wrong shape is an error that names all shapes', () => {
    expect(() => diagonalScan(tf.zeros([1, 2, 3]), tf.zeros([2, 4]), tf.zeros([2, 4]))).toThrow(
      'DiagonalScan: a should have shape [3, 4]',
    )
  })
})
