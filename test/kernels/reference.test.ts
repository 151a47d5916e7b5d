import { describe, expect, test } from 'vitest'
import { plainConv } from '../../src/kernels/causalConv1d/plain.js'
import { plainLinear } from '../../src/kernels/linear/plain.js'
import { plainMatMul } from '../../src/kernels/matMul/plain.js'
import type { Dims, FloatArrays, PlainKernel } from '../../src/kernels/plainKernel.js'
import { plainRmsNorm } from '../../src/kernels/rmsNorm/plain.js'
import { plainScan } from '../../src/kernels/selectiveScan/plain.js'
import { randomArray, scanInputs } from './randomArrays.js'

const scanCase = { seed: 3, b: 2, l: 7, e: 3, n: 5, scale: 1, delta: 0, leastA: -4 }
const cases: [PlainKernel, FloatArrays, Dims, number][] = [
  [plainScan, scanInputs(scanCase), scanCase, 42],
  [
    plainConv,
    { x: randomArray(1, 2 * 7 * 3), weight: randomArray(2, 3 * 4), bias: randomArray(3, 3) },
    { b: 2, l: 7, e: 3, k: 4 },
    42,
  ],
  [
    plainLinear,
    { x: randomArray(1, 5 * 3), weight: randomArray(2, 4 * 3), bias: randomArray(3, 4) },
    { rows: 5, inner: 3, columns: 4 },
    20,
  ],
  [plainRmsNorm, { x: randomArray(1, 5 * 6), weight: randomArray(2, 6) }, { rows: 5, d: 6, epsilon: 1e-5 }, 30],
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB): [PlainKernel, FloatArrays, Dims, number] => [
      plainMatMul,
      { a: randomArray(1, 2 * 3 * 4), b: randomArray(2, 2 * 4 * 5) },
      { batch: 2, rows: 3, inner: 4, columns: 5, transposeA, transposeB },
      30,
    ]),
  ),
]

/** Central difference of sum(weights · output) in one element of one input. */
function slope(
  kernel: PlainKernel,
  inputs: FloatArrays,
  dims: Dims,
  dy: Float64Array,
  name: string,
  i: number,
): number {
  const step = 1e-5
  const at = (offset: number) => {
    const moved = Float64Array.from(inputs[name]!)
    moved[i]! += offset
    const output = kernel.forward({ ...inputs, [name]: moved }, dims) as Float64Array
    return output.reduce((sum, value, j) => sum + value * dy[j]!, 0)
  }
  return (at(step) - at(-step)) / (2 * step)
}

describe('the float64 reference', () => {
  test.each(cases)('$name: every gradient is the slope of the output', (kernel, inputs, dims, outputSize) => {
    const dy = randomArray(99, outputSize)
    const gradients = kernel.backward(dy, inputs, dims)
    for (const name of Object.keys(inputs))
      for (let i = 0; i < inputs[name]!.length; i++)
        expect(gradients[name]![i]!, `${name}[${i}]`).toBeCloseTo(slope(kernel, inputs, dims, dy, name, i), 7)
  })
})
