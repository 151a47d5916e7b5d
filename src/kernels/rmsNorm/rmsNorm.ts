import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, hasKernel, modelsOf, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { registerWasmKernel } from '../wasm/wasmKernel.js'
import { registerWebgpuKernel } from '../webgpu/webgpuKernel.js'
import { plainRmsNorm } from './plain.js'
import { portableRmsNorm } from './portable.js'
import { wasmRmsNorm } from './wasm.js'
import { webgpuRmsNorm } from './webgpu.js'

/**
 * Root mean square normalisation over the last dimension: x / sqrt(mean(x²) + epsilon) · weight (arXiv 1910.07467).
 * x (..., d), weight (d); returns (..., d). With a leading dimension of models: x (M, ..., d), weight (M, d).
 * Backward, with r = 1 / sqrt(mean(x²) + epsilon): dx = r weight dy - x r³ mean(weight dy x), dweight = sum of dy x r.
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function rmsNorm<T extends tf.Tensor>(x: T, weight: tf.Tensor, epsilon = 1e-5): T {
  const inputs = { x: x as tf.Tensor, weight }
  const d = x.shape.at(-1)
  if (d === undefined) throw new KernelInputError('RmsNorm', 'x must have at least one dimension', shapesOf(inputs))
  const models = modelsOf(weight, 1)
  checkShapes('RmsNorm', inputs, { x: [...models, ...x.shape.slice(models.length)], weight: [...models, d] })
  const [count = 1] = models
  if (!hasKernel('RmsNorm', count)) return portableRmsNorm(x, weight, epsilon) as T
  const dims = { models: count, rows: x.size / d, d, epsilon }
  return runOperation('RmsNorm', inputs, { ...dims, outputShape: x.shape }) as T
}

registerPlainKernel(plainRmsNorm, 'cpu')
registerWasmKernel(plainRmsNorm, wasmRmsNorm)
registerWebgpuKernel(plainRmsNorm.name, webgpuRmsNorm)
