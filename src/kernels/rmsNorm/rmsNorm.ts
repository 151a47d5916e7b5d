import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, hasKernel, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { registerWasmKernel } from '../wasm/wasmKernel.js'
import { plainRmsNorm } from './plain.js'
import { portableRmsNorm } from './portable.js'
import { wasmRmsNorm } from './wasm.js'

/**
 * Root mean square normalisation over the last dimension: x / sqrt(mean(x²) + epsilon) · weight (arXiv 1910.07467).
 * x (..., d), weight (d); returns (..., d).
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function rmsNorm<T extends tf.Tensor>(x: T, weight: tf.Tensor1D, epsilon = 1e-5): T {
  const inputs = { x: x as tf.Tensor, weight }
  const d = x.shape.at(-1)
  if (d === undefined) throw new KernelInputError('RmsNorm', 'x must have at least one dimension', shapesOf(inputs))
  checkShapes('RmsNorm', inputs, { x: x.shape, weight: [d] })
  if (!hasKernel('RmsNorm')) return portableRmsNorm(x, weight, epsilon) as T
  return runOperation('RmsNorm', inputs, { rows: x.size / d, d, epsilon, outputShape: x.shape }) as T
}

registerPlainKernel(plainRmsNorm, 'cpu')
registerWasmKernel(plainRmsNorm, wasmRmsNorm)
