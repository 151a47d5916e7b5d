import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, hasKernel, modelsOf, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { registerWasmKernel } from '../wasm/wasmKernel.js'
import { registerWebgpuKernel } from '../webgpu/webgpuKernel.js'
import { plainLinear } from './plain.js'
import { portableLinear } from './portable.js'
import { wasmLinear } from './wasm.js'
import { webgpuLinear } from './webgpu.js'

/**
 * Linear layer in PyTorch's layout, x weightᵀ + bias, one kernel forward and one backward: x (..., in), weight
 * (out, in), bias (out) or none; returns (..., out). With a leading dimension of models: x (M, ..., in), weight (M, out, in),
 * bias (M, out); returns (M, ..., out). Backward: dx = dy weight, dweight = dyᵀ x, dbias = sum of dy over the rows.
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function linear<T extends tf.Tensor>(x: T, weight: tf.Tensor, bias?: tf.Tensor): T {
  const inputs = { x: x as tf.Tensor, weight, ...(bias && { bias }) }
  const models = modelsOf(weight, 2)
  if (x.shape.length < 2 + models.length || weight.shape.length !== 2 + models.length)
    throw new KernelInputError('Linear', 'x must be (..., in) and weight (out, in)', shapesOf(inputs))
  const lead = [...models, ...x.shape.slice(models.length, -1)]
  const inner = x.shape.at(-1)!
  const columns = weight.shape.at(-2)!
  const expected = { x: [...lead, inner], weight: [...models, columns, inner], bias: [...models, columns] }
  checkShapes('Linear', inputs, expected)
  const [count = 1] = models
  if (!hasKernel('Linear', count)) return portableLinear(x, weight, bias) as T
  const rows = lead.reduce((product, size) => product * size, 1)
  return runOperation('Linear', inputs, { models: count, rows, inner, columns, outputShape: [...lead, columns] }) as T
}

registerPlainKernel(plainLinear, 'cpu')
registerWasmKernel(plainLinear, wasmLinear)
registerWebgpuKernel(plainLinear.name, webgpuLinear)
