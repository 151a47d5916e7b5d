import * as tf from '@tensorflow/tfjs'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { causalConv1d } from '../../src/kernels/causalConv1d/causalConv1d.js'
import { plainConv } from '../../src/kernels/causalConv1d/plain.js'
import { linear } from '../../src/kernels/linear/linear.js'
import { plainLinear } from '../../src/kernels/linear/plain.js'
import { matMul } from '../../src/kernels/matMul/matMul.js'
import { plainMatMul } from '../../src/kernels/matMul/plain.js'
import type { Dims, FloatArrays, PlainKernel } from '../../src/kernels/plainKernel.js'
import { plainRmsNorm } from '../../src/kernels/rmsNorm/plain.js'
import { rmsNorm } from '../../src/kernels/rmsNorm/rmsNorm.js'
import { plainScan } from '../../src/kernels/selectiveScan/plain.js'
import { type SelectiveScanInputs, selectiveScan } from '../../src/kernels/selectiveScan/selectiveScan.js'
import { randomArray, scanCase, scanInputs } from './randomArrays.js'
import { relativeError } from './relativeError.js'
import { ways } from './waysToRun.js'

type Operation = (inputs: Record<string, tf.Tensor>) => tf.Tensor
type Shapes = Record<string, number[]>

/** Runs `operation` and its gradient in float32 and compares both with the float64 reference. */
async function compare(
  kernel: PlainKernel,
  operation: Operation,
  inputs: FloatArrays,
  shapes: Shapes,
  dims: Dims,
): Promise<void> {
  const names = Object.keys(inputs)
  const expected = kernel.forward(inputs, dims)
  const dy = randomArray(7, expected.length)
  const gradients = kernel.backward(dy, inputs, dims)
  const tensors = names.map((name) => tf.tensor(Float32Array.from(inputs[name]!), shapes[name]!))
  const run = (...values: tf.Tensor[]) => operation(Object.fromEntries(names.map((name, i) => [name, values[i]!])))
  const output = tf.tidy(() => run(...tensors))
  const upstream = tf.tensor(Float32Array.from(dy), output.shape)
  const actual = tf.tidy(() => tf.grads(run)(tensors, upstream))
  const results = await Promise.all([output, ...actual].map((tensor) => tensor.data()))
  tf.dispose([tensors, output, upstream, actual])
  // A gate that is shut leaves what e^-87 is times two inputs.
  const floor = 1e-30 * Math.max(1, ...names.map((name) => Math.max(...inputs[name]!.map(Math.abs)))) ** 2
  expect(relativeError(results[0]!, expected, floor), 'output').toBeLessThan(1e-5)
  for (const [i, name] of names.entries())
    expect(relativeError(results[i + 1]!, gradients[name]!, floor), `gradient of ${name}`).toBeLessThan(1e-4)
}

const size = (max: number) => fc.integer({ min: 1, max })
const scale = fc.constantFrom(1e-3, 1, 1e4)

for (const { name, isMissing, isSlow, begin, end } of ways)
  describe.skipIf(isMissing)(`on ${name}, for any shape and size of numbers`, { timeout: 60_000 }, () => {
    beforeAll(begin)
    afterAll(end)
    const runs = (numRuns: number) => ({ numRuns: isSlow ? 8 : name.includes('composed') ? 15 : numRuns, seed: 2 })

    test('selectiveScan agrees with the float64 reference, gradients too', async () => {
      await fc.assert(
        fc.asyncProperty(scanCase, (dims) => {
          const { b, l, e, n } = dims
          const shapes = { u: [b, l, e], delta: [b, l, e], A: [e, n], B: [b, l, n], C: [b, l, n], D: [e], z: [b, l, e] }
          const operation: Operation = (inputs) => selectiveScan(inputs as unknown as SelectiveScanInputs)
          return compare(plainScan, operation, scanInputs(dims), { ...shapes, deltaBias: [e] }, dims)
        }),
        runs(100),
      )
    })

    test('causalConv1d agrees with the float64 reference, gradients too', async () => {
      await fc.assert(
        fc.asyncProperty(size(2), size(20), size(9), size(5), size(1e6), scale, (b, l, e, k, seed, large) => {
          const inputs = {
            x: randomArray(seed, b * l * e, -large, large),
            weight: randomArray(seed + 1, e * k),
            bias: randomArray(seed + 2, e),
          }
          const operation: Operation = ({ x, weight, bias }) =>
            causalConv1d(x as tf.Tensor3D, weight as tf.Tensor2D, bias as tf.Tensor1D)
          return compare(plainConv, operation, inputs, { x: [b, l, e], weight: [e, k], bias: [e] }, { b, l, e, k })
        }),
        runs(40),
      )
    })

    test('linear agrees with the float64 reference, gradients too', async () => {
      await fc.assert(
        fc.asyncProperty(
          size(80),
          size(20),
          size(20),
          fc.boolean(),
          size(1e6),
          scale,
          (rows, inner, columns, biased, seed, large) => {
            const inputs = {
              x: randomArray(seed, rows * inner, -large, large),
              weight: randomArray(seed + 1, columns * inner),
              ...(biased && { bias: randomArray(seed + 2, columns) }),
            }
            const operation: Operation = ({ x, weight, bias }) => linear(x!, weight as tf.Tensor2D, bias as tf.Tensor1D)
            const shapes = { x: [1, rows, inner], weight: [columns, inner], bias: [columns] }
            return compare(plainLinear, operation, inputs, shapes, { rows, inner, columns })
          },
        ),
        runs(40),
      )
    })

    test('rmsNorm agrees with the float64 reference, gradients too', async () => {
      await fc.assert(
        // Of one column the gradient is what epsilon leaves over: nothing that float32 could hold.
        fc.asyncProperty(size(150), fc.integer({ min: 2, max: 20 }), size(1e6), scale, (rows, d, seed, large) => {
          const inputs = { x: randomArray(seed, rows * d, -large, large), weight: randomArray(seed + 1, d) }
          const operation: Operation = ({ x, weight }) => rmsNorm(x!, weight as tf.Tensor1D)
          return compare(plainRmsNorm, operation, inputs, { x: [rows, d], weight: [d] }, { rows, d, epsilon: 1e-5 })
        }),
        runs(40),
      )
    })

    test('matMul agrees with the float64 reference, transposed and batched, gradients too', async () => {
      const flags = fc.tuple(fc.boolean(), fc.boolean())
      await fc.assert(
        fc.asyncProperty(
          size(3),
          size(12),
          size(12),
          size(12),
          flags,
          scale,
          (batch, rows, inner, columns, [left, right], large) => {
            const inputs = {
              a: randomArray(1, batch * rows * inner, -large, large),
              b: randomArray(2, batch * inner * columns),
            }
            const shapes = {
              a: [batch, ...(left ? [inner, rows] : [rows, inner])],
              b: [batch, ...(right ? [columns, inner] : [inner, columns])],
            }
            const dims = { batch, rows, inner, columns, transposeA: left, transposeB: right }
            const operation: Operation = ({ a, b }) => matMul(a as tf.Tensor3D, b as tf.Tensor3D, left, right)
            return compare(plainMatMul, operation, inputs, shapes, dims)
          },
        ),
        runs(40),
      )
    })
  })
