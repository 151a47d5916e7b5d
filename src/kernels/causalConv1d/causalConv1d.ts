import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, hasKernel, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { registerWasmKernel } from '../wasm/wasmKernel.js'
import { plainConv } from './plain.js'
import { portableConv } from './portable.js'
import { wasmConv } from './wasm.js'

/**
 * Causal depthwise convolution over time with silu: y[t] = silu(bias + sum_j weight[:,j] x[t-k+1+j]), zeros before t = 0
 * (arXiv 2312.00752, section 3.4). x (b, l, e), weight (e, k), bias (e); returns (b, l, e).
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function causalConv1d(x: tf.Tensor3D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  const inputs = { x, weight, bias }
  if (x.shape.length !== 3 || weight.shape.length !== 2)
    throw new KernelInputError('CausalConv1d', 'x must be (b, l, e) and weight (e, k)', shapesOf(inputs))
  const [b, l, e] = x.shape
  const k = weight.shape[1]
  checkShapes('CausalConv1d', inputs, { x: [b, l, e], weight: [e, k], bias: [e] })
  if (!hasKernel('CausalConv1d')) return portableConv(x, weight, bias)
  return runOperation('CausalConv1d', inputs, { b, l, e, k, outputShape: [b, l, e] }) as tf.Tensor3D
}

registerPlainKernel(plainConv, 'cpu')
registerWasmKernel(plainConv, wasmConv)
