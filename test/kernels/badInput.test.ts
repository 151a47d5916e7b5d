import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adam, initialAdamState } from '../../src/kernels/adam/adam.js'
import { selectBackend } from '../../src/kernels/backend.js'
import { KernelInputError } from '../../src/kernels/kernelInputError.js'
import { matMul } from '../../src/kernels/matMul/matMul.js'
import { inputsOf, type OperationCase, operationCases } from './operationCases.js'
import { ways } from './waysToRun.js'

const L = 5

/** What `work` throws, which must be of the kernels' own class. */
function errorOf(work: () => unknown): KernelInputError {
  let error: unknown
  try {
    tf.tidy(work as () => tf.Tensor)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(KernelInputError)
  return error as KernelInputError
}

/** One more in every dimension: no operation takes that of one of its inputs alone. */
const larger = (shape: readonly number[]) =>
  tf.fill(
    shape.map((size) => size + 1),
    0.5,
  )

/** An error says which operation it is, and the shape of every input. */
function expectNamed(error: KernelInputError, operation: OperationCase, inputs: Readonly<Record<string, tf.Tensor>>) {
  expect(error.operation).toBe(operation.name)
  expect(error.message).toMatch(new RegExp(`^${operation.name}: `))
  for (const [name, { shape }] of Object.entries(inputs))
    expect(error.message).toContain(`${name} [${shape.join(', ')}]`)
}

/** Where the block is not one kernel, it is the operation inside that finds a NaN. */
const partOfBlock = /^(Linear|RmsNorm|CausalConv1d|SelectiveScan): \w+ holds NaN \(\w+ \[/

for (const way of ways)
  describe.skipIf(way.isMissing)(`on ${way.name}`, { timeout: 30_000 }, () => {
    beforeAll(way.begin)
    afterAll(way.end)

    const operations = operationCases.filter(({ plainOnly }) => !plainOnly || way.findsNaN)

    test.each(operations)('$name refuses a sequence of no steps', (operation) => {
      const inputs = inputsOf(operation, 0)
      const error = errorOf(() => operation.run(inputs))
      expectNamed(error, operation, inputs)
      expect(error.message).toContain('is empty')
    })

    test.each(operations)('$name refuses an input of another size, and one of whole numbers', (operation) => {
      for (const [name, shape] of Object.entries(operation.shapes(L))) {
        const inputs = inputsOf(operation, L, { [name]: larger(shape) })
        expectNamed(
          errorOf(() => operation.run(inputs)),
          operation,
          inputs,
        )
        const whole = inputsOf(operation, L, { [name]: tf.ones(shape, 'int32') })
        expect(errorOf(() => operation.run(whole)).message).toContain(`${name} is int32, not float32`)
      }
    })

    const refusing = operations.filter(({ passesNaN }) => way.findsNaN && !passesNaN)

    if (refusing.length > 0)
      test.each(refusing)('$name refuses NaN in any input, and keeps no memory', (operation) => {
        const shapes = operation.shapes(L)
        const inputs = Object.keys(shapes).map((name) =>
          inputsOf(operation, L, { [name]: tf.fill(shapes[name]!, Number.NaN) }),
        )
        const kept = tf.backend().numDataIds()
        for (const [i, name] of Object.keys(shapes).entries()) {
          const error = errorOf(() => operation.run(inputs[i]!))
          if (error.operation === operation.name) {
            expectNamed(error, operation, inputs[i]!)
            expect(error.message).toContain(`${name} holds NaN`)
          } else expect(error.message).toMatch(partOfBlock)
        }
        expect(tf.backend().numDataIds()).toBe(kept)
      })

    const passing = operations.filter((operation) => !refusing.includes(operation))

    test.each(passing)('$name hides no NaN of any input', async (operation) => {
      for (const [name, shape] of Object.entries(operation.shapes(L))) {
        // WGSL promises nothing for NaN; by this driver, exp of a vector of them is infinite. See trainedCheckpoint.ts.
        if (way.isSlow && name === 'ALog') continue
        const results = [operation.run(inputsOf(operation, L, { [name]: tf.fill(shape, Number.NaN) }))].flat()
        const values = await Promise.all(results.map((result) => result.data()))
        expect(
          values.some((numbers) => numbers.some(Number.isNaN)),
          name,
        ).toBe(true)
      }
    })
  })

describe('on any backend', () => {
  beforeAll(() => selectBackend('cpu'))

  test('a product of matrices of different ranks is refused', () => {
    const error = errorOf(() => matMul<tf.Tensor2D>(tf.ones([2, 3]), tf.ones([1, 3, 2]) as never))
    expect(error.message).toMatch(/^MatMul: .*rank.*a \[2, 3\], b \[1, 3, 2\]/)
  })

  test('a NaN in a gradient of Adam reaches its own element only', () => {
    const parameters = [tf.ones([2, 3]), tf.ones([4])]
    const gradients = [tf.tensor2d([1, 1, Number.NaN, 1, 1, 1], [2, 3]), tf.ones([4])]
    const { parameters: after } = adam(parameters, gradients, initialAdamState(parameters), { learningRate: 0.5 })
    expect(after.flatMap((tensor) => [...tensor.dataSync()].map(Number.isNaN))).toEqual(
      Array.from({ length: 10 }, (_, i) => i === 2),
    )
  })

  test('a step of Adam without a gradient for each parameter is refused', () => {
    const error = errorOf(() => adam([tf.ones([3])], [], initialAdamState([tf.ones([3])]), { learningRate: 1 }))
    expect(error.message).toContain('1 parameters, 0 gradients')
  })
})
