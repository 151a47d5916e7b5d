import * as tf from '@tensorflow/tfjs'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { selectBackend } from '../../src/kernels/backend.js'
import { causalConv1d } from '../../src/kernels/causalConv1d/causalConv1d.js'
import { plainConv } from '../../src/kernels/causalConv1d/plain.js'
import { portableConv } from '../../src/kernels/causalConv1d/portable.js'
import { linear } from '../../src/kernels/linear/linear.js'
import { plainLinear } from '../../src/kernels/linear/plain.js'
import { portableLinear } from '../../src/kernels/linear/portable.js'
import { matMul } from '../../src/kernels/matMul/matMul.js'
import { plainMatMul } from '../../src/kernels/matMul/plain.js'
import type { Dims, FloatArrays, PlainKernel } from '../../src/kernels/plainKernel.js'
import { plainRmsNorm } from '../../src/kernels/rmsNorm/plain.js'
import { portableRmsNorm } from '../../src/kernels/rmsNorm/portable.js'
import { rmsNorm } from '../../src/kernels/rmsNorm/rmsNorm.js'
import { plainScan } from '../../src/kernels/selectiveScan/plain.js'
import { portableScan } from '../../src/kernels/selectiveScan/portable.js'
import { type SelectiveScanInputs, selectiveScan } from '../../src/kernels/selectiveScan/selectiveScan.js'
import { attach } from '../../src/kernels/wasm/wasmHost.js'
import { randomArray, scanCase, scanInputs } from './randomArrays.js'
import { relativeError } from './relativeError.js'

type Operation = (inputs: Record<string, tf.Tensor>) => tf.Tensor
type Shapes = Record<string, number[]>

/** Runs `operation` and its gradient in float32 and compares both with the float64 reference. */
function compare(kernel: PlainKernel, operation: Operation, inputs: FloatArrays, shapes: Shapes, dims: Dims): void {
  const names = Object.keys(inputs)
  const expected = kernel.forward(inputs, dims)
  const dy = randomArray(7, expected.length)
  const gradients = kernel.backward(dy, inputs, dims)
  tf.tidy(() => {
    const tensors = names.map((name) => tf.tensor(Float32Array.from(inputs[name]!), shapes[name]!))
    const run = (...values: tf.Tensor[]) => operation(Object.fromEntries(names.map((name, i) => [name, values[i]!])))
    const output = run(...tensors)
    expect(relativeError(output.dataSync(), expected), 'output').toBeLessThan(1e-5)
    const actual = tf.grads(run)(tensors, tf.tensor(Float32Array.from(dy), output.shape))
    for (const [i, name] of names.entries())
      expect(relativeError(actual[i]!.dataSync(), gradients[name]!), `gradient of ${name}`).toBeLessThan(1e-4)
  })
}

const start = {
  'cpu, plain': () => selectBackend('cpu'),
  'wasm, SIMD': async () => {
    await selectBackend('wasm')
    expect(attach(tf.backend(), ['simd'])).toMatchObject({ binary: 'simd' })
  },
  'wasm, relaxed SIMD': async () => {
    await selectBackend('wasm')
    expect(attach(tf.backend(), ['relaxed-simd'])).toMatchObject({ binary: 'relaxed-simd' })
  },
  'wasm without SIMD, plain': async () => {
    await selectBackend('wasm')
    expect(attach(tf.backend(), [])).toEqual({ reason: 'this machine has no WebAssembly SIMD' })
  },
  'cpu, portable': () => selectBackend('cpu'),
  'wasm, portable': () => selectBackend('wasm'),
}

const runs = { numRuns: 40, seed: 1 }
const size = (max: number) => fc.integer({ min: 1, max })

describe.each(Object.entries(start))('on %s, for any shape', (where, begin) => {
  const portable = where.endsWith('portable')
  beforeAll(async () => {
    await begin()
  })

  test('selectiveScan agrees with the float64 reference, gradients too', () => {
    fc.assert(
      fc.property(scanCase, (dims) => {
        const { b, l, e, n } = dims
        const shapes = { u: [b, l, e], delta: [b, l, e], A: [e, n], B: [b, l, n], C: [b, l, n], D: [e], z: [b, l, e] }
        const scan = portable ? portableScan : selectiveScan
        const operation: Operation = (inputs) => scan(inputs as unknown as SelectiveScanInputs)
        compare(plainScan, operation, scanInputs(dims), { ...shapes, deltaBias: [e] }, dims)
      }),
      { ...runs, numRuns: portable ? 15 : 100 },
    )
  })

  test('causalConv1d agrees with the float64 reference, gradients too', () => {
    fc.assert(
      fc.property(size(2), size(20), size(9), size(5), size(1e6), (b, l, e, k, seed) => {
        const inputs = {
          x: randomArray(seed, b * l * e),
          weight: randomArray(seed + 1, e * k),
          bias: randomArray(seed + 2, e),
        }
        const conv = portable ? portableConv : causalConv1d
        const operation: Operation = ({ x, weight, bias }) =>
          conv(x as tf.Tensor3D, weight as tf.Tensor2D, bias as tf.Tensor1D)
        compare(plainConv, operation, inputs, { x: [b, l, e], weight: [e, k], bias: [e] }, { b, l, e, k })
      }),
      runs,
    )
  })

  test('linear agrees with the float64 reference, gradients too', () => {
    fc.assert(
      fc.property(size(80), size(20), size(20), fc.boolean(), size(1e6), (rows, inner, columns, biased, seed) => {
        const inputs = {
          x: randomArray(seed, rows * inner),
          weight: randomArray(seed + 1, columns * inner),
          ...(biased && { bias: randomArray(seed + 2, columns) }),
        }
        const layer = portable ? portableLinear : linear
        const operation: Operation = ({ x, weight, bias }) => layer(x!, weight as tf.Tensor2D, bias as tf.Tensor1D)
        const shapes = { x: [1, rows, inner], weight: [columns, inner], bias: [columns] }
        compare(plainLinear, operation, inputs, shapes, { rows, inner, columns })
      }),
      runs,
    )
  })

  test('rmsNorm agrees with the float64 reference, gradients too', () => {
    fc.assert(
      fc.property(size(20), size(20), size(1e6), (rows, d, seed) => {
        const inputs = { x: randomArray(seed, rows * d), weight: randomArray(seed + 1, d) }
        const operation: Operation = ({ x, weight }) =>
          portable ? portableRmsNorm(x!, weight as tf.Tensor1D, 1e-5) : rmsNorm(x!, weight as tf.Tensor1D)
        compare(plainRmsNorm, operation, inputs, { x: [rows, d], weight: [d] }, { rows, d, epsilon: 1e-5 })
      }),
      runs,
    )
  })

  if (portable) return // tf.matMul itself

  test('matMul agrees with the float64 reference, transposed and batched, gradients too', () => {
    const flags = fc.tuple(fc.boolean(), fc.boolean())
    fc.assert(
      fc.property(size(3), size(12), size(12), size(12), flags, (batch, rows, inner, columns, [left, right]) => {
        const inputs = { a: randomArray(1, batch * rows * inner), b: randomArray(2, batch * inner * columns) }
        const shapes = {
          a: [batch, ...(left ? [inner, rows] : [rows, inner])],
          b: [batch, ...(right ? [columns, inner] : [inner, columns])],
        }
        const dims = { batch, rows, inner, columns, transposeA: left, transposeB: right }
        const operation: Operation = ({ a, b }) => matMul(a as tf.Tensor3D, b as tf.Tensor3D, left, right)
        compare(plainMatMul, operation, inputs, shapes, dims)
      }),
      runs,
    )
  })
})
