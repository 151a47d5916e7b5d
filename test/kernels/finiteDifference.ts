import { expect } from 'vitest'
import type { FloatArrays, PlainKernel } from '../../src/kernels/plainKernel.js'
import { createRandom } from '../../src/model/random.js'

/** Uniform numbers in [-1, 1), the same for the same seed. */
export function randomValues(size: number, seed: number): Float64Array {
  const random = createRandom(seed)
  return Float64Array.from({ length: size }, () => 2 * random() - 1)
}

/** The same in single precision, as tensors take them. */
export const randomFloats = (size: number, seed: number): Float32Array => Float32Array.from(randomValues(size, seed))

/** Checks every gradient of a plain kernel in float64 against central differences of sum(dy · output). */
export function expectRightGradients(kernel: PlainKernel, inputs: FloatArrays, dims: object, tolerance = 1e-7): void {
  const dy = randomValues(kernel.forward(inputs, dims).length, 99)
  const value = () => Float64Array.from(kernel.forward(inputs, dims)).reduce((sum, y, i) => sum + y * dy[i]!, 0)
  const gradients = kernel.backward(dy, inputs, dims)
  const step = 1e-6
  for (const [name, input] of Object.entries(inputs))
    for (let i = 0; i < input.length; i++) {
      const at = input[i]!
      input[i] = at + step
      const above = value()
      input[i] = at - step
      const below = value()
      input[i] = at
      const numeric = (above - below) / (2 * step)
      expect(
        Math.abs(gradients[name]![i]! - numeric),
        `${name}[${i}]: ${gradients[name]![i]} for ${numeric}`,
      ).toBeLessThan(tolerance)
    }
}
