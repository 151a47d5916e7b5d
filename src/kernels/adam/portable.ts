import * as tf from '@tensorflow/tfjs'
import type { AdamStep } from './plain.js'

/** One step over all parameters as one flat vector, from core operations alone: the new parameters, m and v. */
export function portableAdam(
  parameters: readonly tf.Tensor[],
  gradients: readonly tf.Tensor[],
  m: tf.Tensor1D,
  v: tf.Tensor1D,
  { learningRate, beta1, beta2, epsilon, weightDecay, decoupled, step }: AdamStep,
): tf.Tensor[] {
  return tf.tidy(() => {
    const flat = (tensors: readonly tf.Tensor[]) => tf.concat(tensors.map((tensor) => tensor.reshape([-1])))
    const p = decoupled ? tf.mul(flat(parameters), 1 - learningRate * weightDecay) : flat(parameters)
    const g = decoupled ? flat(gradients) : tf.add(flat(gradients), tf.mul(p, weightDecay))
    const nextM = tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1))
    const nextV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2))
    const root = tf.add(tf.div(tf.sqrt(nextV), Math.sqrt(1 - beta2 ** step)), epsilon)
    const next = tf.sub(p, tf.div(tf.mul(nextM, learningRate / (1 - beta1 ** step)), root))
    const parts = tf.split(
      next,
      parameters.map(({ size }) => size),
    )
    return [...parts.map((part, i) => part.reshape(parameters[i]!.shape)), nextM, nextV]
  })
}
