import * as tf from '@tensorflow/tfjs'

/** The normalisation from core operations alone. Arguments as rmsNorm. */
export function portableRmsNorm(x: tf.Tensor, weight: tf.Tensor1D, epsilon: number): tf.Tensor {
  return tf.tidy(() => tf.mul(tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon))), weight))
}
