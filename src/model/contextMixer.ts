import * as tf from '@tensorflow/tfjs'
import { linear } from '../kernels/linear/linear.js'
import type { MambaShape } from './forecaster.js'
import type { WeightTensors } from './mambaBlock.js'

/** K, what all sources together add to a session's own features. */
export const CONTEXT_WIDTH = 8

/** Prefix of the branch's weights. */
export const CONTEXT = 'context.'

/** A session's own features, without those that speak of something else. */
export const ownFeatures = ({ features, context }: Pick<MambaShape, 'features' | 'context'>): number =>
  features - (context ? context.sources * context.channels : 0)

/** Inputs of the embedding: own features, and what the branch adds to them. */
export const embeddedFeatures = (shape: Pick<MambaShape, 'features' | 'context'>): number =>
  ownFeatures(shape) + (shape.context ? CONTEXT_WIDTH : 0)

/** Names and shapes of the branch's weights; none without context. S sources of C channels. */
export function contextWeightShapes(shape: MambaShape): [name: string, shape: number[]][] {
  const { context } = shape
  if (!context) return []
  const { sources: S, channels: C } = context
  const K = CONTEXT_WIDTH
  return [
    ['context.query.weight', [K, ownFeatures(shape)]],
    ['context.key.weight', [K, C]],
    ['context.value.weight', [K, C]],
    ['context.source', [S, K]],
    ['context.gate', [K]],
  ]
}

/**
 * Cross-modal attention with a gate: x (b, l, F), whose last S C columns are S sources of C channels, to
 * (b, l, F - S C + K). At each step the own features ask, each source answers:
 *
 *     q = Wq x_own,  k_s = Wk c_s + e_s,  v_s = Wv c_s + e_s,  a = softmax_s(q · k_s / sqrt(K))
 *     out = [x_own, tanh(gate) * sum_s a_s v_s]
 *
 * The gate begins at zero (Alayrac et al. 2022, arXiv 2204.14198, section 3.1.2), so that a network begins as if no
 * source were there, and opens as far as they help. Row t depends on row t only. Without a branch x comes back as it is.
 */
export function mixContext(weights: WeightTensors, x: tf.Tensor3D): tf.Tensor3D {
  const source = weights['context.source'] as tf.Tensor2D | undefined
  if (!source) return x
  return tf.tidy(() => {
    const w = <T extends tf.Tensor>(name: string): T => weights[`${CONTEXT}${name}`] as T
    const [S, K] = source.shape
    const [b, l, F] = x.shape
    const C = w<tf.Tensor2D>('key.weight').shape[1]
    const [own, context] = tf.split(x, [F - S * C, S * C], 2) as [tf.Tensor3D, tf.Tensor3D]
    const tokens = context.reshape([b * l, S, C]) as tf.Tensor3D
    const query = linear(own, w<tf.Tensor2D>('query.weight')).reshape([b * l, 1, K])
    const keys = tf.add(linear(tokens, w<tf.Tensor2D>('key.weight')), source)
    const values = tf.add(linear(tokens, w<tf.Tensor2D>('value.weight')), source)
    const scores = tf.mul(tf.sum(tf.mul(query, keys), 2), 1 / Math.sqrt(K))
    const heard = tf.sum(tf.mul(tf.softmax(scores).expandDims(2), values), 1)
    const gated = tf.mul(heard, tf.tanh(w('gate'))).reshape([b, l, K])
    return tf.concat([own, gated], 2) as tf.Tensor3D
  })
}
