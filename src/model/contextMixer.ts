import * as tf from '@tensorflow/tfjs'
import { linear } from '../kernels/linear/linear.js'
import { modelsOf } from '../kernels/operation.js'
import type { WeightTensors } from './mambaBlock.js'

/** Prefix of the branch's weights. */
export const CONTEXT = 'context.'

/**
 * Cross-modal attention with a gate: x (b, l, F), whose last S C columns are S sources of C channels, to
 * (b, l, F - S C + K). At each step the own features ask, each source answers:
 *
 *     q = Wq x_own,  k_s = Wk c_s + e_s,  v_s = Wv c_s + e_s,  a = softmax_s(q · k_s / sqrt(K))
 *     out = [x_own, tanh(gate) * sum_s a_s v_s]
 *
 * The gate begins at zero (Alayrac et al. 2022, arXiv 2204.14198, section 3.1.2), so that a network begins as if no
 * source were there, and opens as far as they help. Row t depends on row t only. Without a branch x comes back as it is. Of
 * several models each weight has a leading dimension of models, and sequence m is mixed by model m.
 */
export function mixContext(weights: WeightTensors, x: tf.Tensor3D): tf.Tensor3D {
  const source = weights['context.source']
  if (!source) return x
  return tf.tidy(() => {
    const w = (name: string) => weights[`${CONTEXT}${name}`]!
    const models = modelsOf(source, 2)
    const [S, K] = source.shape.slice(-2) as [number, number]
    const [b, l, F] = x.shape
    const C = w('key.weight').shape.at(-1)!
    const [own, context] = tf.split(x, [F - S * C, S * C], 2) as [tf.Tensor3D, tf.Tensor3D]
    const tokens = context.reshape([b, l, S, C])
    const names = source.reshape([...models, 1, S, K])
    const query = linear(own, w('query.weight')).expandDims(2)
    const keys = tf.add(linear(tokens, w('key.weight')), names)
    const values = tf.add(linear(tokens, w('value.weight')), names)
    const scores = tf.mul(tf.sum(tf.mul(query, keys), 3), 1 / Math.sqrt(K))
    const heard = tf.sum(tf.mul(tf.softmax(scores).expandDims(3), values), 2)
    const gated = tf.mul(heard, tf.tanh(w('gate')).reshape([...models, 1, K]))
    return tf.concat([own, gated], 2) as tf.Tensor3D
  })
}
