import * as tf from '@tensorflow/tfjs'
import { beforeEach, describe, expect, test } from 'vitest'
import { adam, initialAdamState } from '../../src/kernels/adam/adam.js'
import { type BackendName, selectBackend } from '../../src/kernels/backend.js'
import { causalConv1d } from '../../src/kernels/causalConv1d/causalConv1d.js'
import { KernelInputError } from '../../src/kernels/kernelInputError.js'
import { linear } from '../../src/kernels/linear/linear.js'
import { matMul } from '../../src/kernels/matMul/matMul.js'
import { rmsNorm } from '../../src/kernels/rmsNorm/rmsNorm.js'
import { selectiveScan } from '../../src/kernels/selectiveScan/selectiveScan.js'

const scan = (l: number, n: number, change: Record<string, tf.Tensor> = {}) =>
  selectiveScan({
    ...{ u: tf.ones([1, l, 4]), delta: tf.ones([1, l, 4]), A: tf.fill([4, 3], -1), B: tf.ones([1, l, n]) },
    ...{ C: tf.ones([1, l, n]), D: tf.ones([4]), z: tf.ones([1, l, 4]), deltaBias: tf.ones([4]) },
    ...(change as object),
  })

/** What goes wrong, the operation that must say so, and how it must read. */
const mistakes: [string, () => unknown, string, RegExp][] = [
  ['a sequence of no steps', () => scan(0, 3), 'SelectiveScan', /u is empty.*u \[1, 0, 4\]/],
  ['states that do not match A', () => scan(5, 2), 'SelectiveScan', /B should have shape \[1, 5, 3\].*B \[1, 5, 2\]/],
  ['whole numbers', () => scan(5, 3, { D: tf.ones([4], 'int32') }), 'SelectiveScan', /D is int32, not float32/],
  ['NaN in delta', () => scan(5, 3, { delta: tf.fill([1, 5, 4], Number.NaN) }), 'SelectiveScan', /delta holds NaN/],
  ['NaN in B', () => scan(5, 3, { B: tf.fill([1, 5, 3], Number.NaN) }), 'SelectiveScan', /B holds NaN/],
  [
    'a weight of other channels',
    () => causalConv1d(tf.ones([1, 5, 4]), tf.ones([3, 4]), tf.ones([4])),
    'CausalConv1d',
    /weight should have shape \[4, 4\].*weight \[3, 4\]/,
  ],
  [
    'a convolution of NaN',
    () => causalConv1d(tf.fill([1, 5, 4], Number.NaN), tf.ones([4, 4]), tf.ones([4])),
    'CausalConv1d',
    /x holds NaN/,
  ],
  [
    'inner dimensions that differ',
    () => matMul<tf.Tensor2D>(tf.ones([2, 3]), tf.ones([2, 3])),
    'MatMul',
    /a \[2, 3\], b \[2, 3\]/,
  ],
  ['ranks that differ', () => matMul<tf.Tensor2D>(tf.ones([2, 3]), tf.ones([1, 3, 2]) as never), 'MatMul', /rank/],
  ['a layer of NaN', () => linear(tf.fill([2, 3], Number.NaN), tf.ones([4, 3])), 'Linear', /x holds NaN/],
  ['a layer of other inputs', () => linear(tf.ones([2, 3]), tf.ones([4, 5])), 'Linear', /weight should have/],
  ['a norm of other width', () => rmsNorm(tf.ones([2, 3]), tf.ones([4])), 'RmsNorm', /weight should have shape \[3\]/],
  [
    'a gradient that is missing',
    () => adam([tf.ones([3])], [], initialAdamState([tf.ones([3])]), { learningRate: 1 }),
    'Adam',
    /1 parameters, 0 gradients/,
  ],
]

const backends: BackendName[] = ['cpu', 'wasm']
describe.each(backends)('on %s', (backend) => {
  beforeEach(async () => {
    await selectBackend(backend)
  })

  test.each(mistakes)('%s is refused by name, with shapes', (_, run, operation, message) => {
    let error: unknown
    try {
      tf.tidy(run as () => tf.Tensor)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(KernelInputError)
    expect(error).toMatchObject({ operation, message: expect.stringMatching(message) })
  })
})
