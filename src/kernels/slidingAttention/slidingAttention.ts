import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { plainSlidingAttention } from './plain.js'

export interface AttentionOptions {
  readonly heads: number
  /** Rows that each row sees, itself included. */
  readonly window: number
}

/**
 * Causal multi-head attention over a sliding window: softmax(q kᵀ / sqrt(d / heads) - m (t - s)) v over rows s in
 * (t - window, t] (Vaswani et al. 2017, section 3.2; window as in Beltagy et al. 2020; the linear bias, with slopes
 * m = 2^(-8 i / heads), is ALiBi, Press et al. 2022). q, k, v (b, l, d); returns (b, l, d). Work and memory grow with
 * l · window. On plain loops only ('cpu' and 'wasm').
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function slidingAttention(
  q: tf.Tensor3D,
  k: tf.Tensor3D,
  v: tf.Tensor3D,
  { heads, window }: AttentionOptions,
): tf.Tensor3D {
  const inputs = { q, k, v }
  if (q.shape.length !== 3 || q.shape[2] % heads !== 0)
    throw new KernelInputError('SlidingAttention', `q must be (b, l, d) with d divisible by ${heads}`, shapesOf(inputs))
  const [b, l, d] = q.shape
  checkShapes('SlidingAttention', inputs, { q: q.shape, k: q.shape, v: q.shape })
  return runOperation('SlidingAttention', inputs, { b, l, d, heads, window, outputShape: q.shape }) as tf.Tensor3D
}

registerPlainKernel(plainSlidingAttention, 'cpu')
registerPlainKernel(plainSlidingAttention, 'wasm')
