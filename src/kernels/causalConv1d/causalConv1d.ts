import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, hasKernel, modelsOf, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { registerWasmKernel } from '../wasm/wasmKernel.js'
import { registerWebgpuKernel } from '../webgpu/webgpuKernel.js'
import { plainConv } from './plain.js'
import { portableConv } from './portable.js'
import { wasmConv } from './wasm.js'
import { webgpuConv } from './webgpu.js'

/**
 * Causal depthwise convolution over time with silu: y[t] = silu(bias + sum_j weight[:,j] x[t-k+1+j]), zeros before t = 0
 * (arXiv 2312.00752, section 3.4). x (b, l, e), weight (e, k), bias (e); returns (b, l, e). With a
 * leading dimension of models: x (M, l, e), weight (M, e, k), bias (M, e).
 * Backward, with g = dy silu'(...): dx[t] = sum_j weight[:,j] g[t+k-1-j], dweight[:,j] = sum_t g[t] x[t-k+1+j], dbias = sum g.
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function causalConv1d(x: tf.Tensor3D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor3D {
  const inputs = { x, weight, bias }
  const models = modelsOf(weight, 2)
  if (x.shape.length !== 3 || weight.shape.length !== 2 + models.length)
    throw new KernelInputError('CausalConv1d', 'x must be (b, l, e) and weight (e, k)', shapesOf(inputs))
  const [sequences, l, e] = x.shape
  const k = weight.shape.at(-1)!
  const [b = sequences] = models
  checkShapes('CausalConv1d', inputs, { x: [b, l, e], weight: [...models, e, k], bias: [...models, e] })
  const [count = 1] = models
  if (!hasKernel('CausalConv1d', count)) return portableConv(x, weight, bias)
  return runOperation('CausalConv1d', inputs, { models: count, b, l, e, k, outputShape: [b, l, e] }) as tf.Tensor3D
}

registerPlainKernel(plainConv, 'cpu')
registerWasmKernel(plainConv, wasmConv)
registerWebgpuKernel(plainConv.name, webgpuConv)
