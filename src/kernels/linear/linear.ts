import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, hasKernel, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { registerWasmKernel } from '../wasm/wasmKernel.js'
import { plainLinear } from './plain.js'
import { portableLinear } from './portable.js'
import { wasmLinear } from './wasm.js'

/**
 * Linear layer in PyTorch's layout, x weightᵀ + bias, one kernel forward and one backward: x (..., in), weight
 * (out, in), bias (out) or none; returns (..., out).
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function linear<T extends tf.Tensor>(x: T, weight: tf.Tensor2D, bias?: tf.Tensor1D): T {
  const inputs = { x: x as tf.Tensor, weight, ...(bias && { bias }) }
  if (x.shape.length < 2 || weight.shape.length !== 2)
    throw new KernelInputError('Linear', 'x must be (..., in) and weight (out, in)', shapesOf(inputs))
  const lead = x.shape.slice(0, -1)
  const inner = x.shape.at(-1)!
  const columns = weight.shape[0]
  checkShapes('Linear', inputs, { x: [...lead, inner], weight: [columns, inner], bias: [columns] })
  if (!hasKernel('Linear')) return portableLinear(x, weight, bias) as T
  const rows = lead.reduce((product, size) => product * size, 1)
  return runOperation('Linear', inputs, { rows, inner, columns, outputShape: [...lead, columns] }) as T
}

registerPlainKernel(plainLinear, 'cpu')
registerWasmKernel(plainLinear, wasmLinear)
