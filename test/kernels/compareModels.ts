import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import type { Dims, FloatArrays, PlainKernel } from '../../src/kernels/plainKernel.js'
import { randomArray } from './randomArrays.js'
import { relativeError } from './relativeError.js'

export interface ModelsCase {
  readonly kernel: PlainKernel
  readonly operation: (inputs: Record<string, tf.Tensor>) => tf.Tensor
  /** Of one model; the tensors have a leading dimension of `models` besides. */
  readonly shapes: Readonly<Record<string, number[]>>
  /** Of one model. */
  readonly dims: Dims
  readonly models: number
  /** Inputs of model `m`; random ones unless given. */
  readonly inputs?: (m: number) => FloatArrays
}

/**
 * Runs an operation for several models side by side on the active backend, and its gradient, and compares both with the
 * float64 reference of each model alone.
 */
export async function compareModels({ kernel, operation, shapes, dims, models, inputs }: ModelsCase): Promise<void> {
  const names = Object.keys(shapes)
  const random = (m: number) =>
    Object.fromEntries(
      names.map((name, i) => [name, randomArray(100 * m + i + 1, tf.util.sizeFromShape(shapes[name]!))]),
    )
  const each = Array.from({ length: models }, (_, m) => (inputs ?? random)(m))
  const outputs = each.map((arrays) => kernel.forward(arrays, dims))
  const dys = outputs.map((output, m) => randomArray(7 + m, output.length))
  const gradients = each.map((arrays, m) => kernel.backward(dys[m]!, arrays, dims))

  const tensors = names.map((name) =>
    stacked(
      each.map((arrays) => arrays[name]!),
      [models, ...shapes[name]!],
    ),
  )
  const run = (...values: tf.Tensor[]) => operation(Object.fromEntries(names.map((name, i) => [name, values[i]!])))
  const output = run(...tensors)
  expect(relativeError(await output.data(), joined(outputs)), 'output').toBeLessThan(1e-5)
  const actual = tf.grads(run)(tensors, stacked(dys, output.shape))
  for (const [i, name] of names.entries()) {
    const expected = joined(gradients.map((gradient) => gradient[name]!))
    expect(relativeError(await actual[i]!.data(), expected), `gradient of ${name}`).toBeLessThan(1e-4)
  }
  tf.dispose([tensors, output, actual])
}

const joined = (arrays: readonly ArrayLike<number>[]): Float64Array =>
  Float64Array.from(arrays.flatMap((array) => Array.from(array)))

const stacked = (arrays: readonly ArrayLike<number>[], shape: number[]): tf.Tensor =>
  tf.tensor(Float32Array.from(joined(arrays)), shape)
