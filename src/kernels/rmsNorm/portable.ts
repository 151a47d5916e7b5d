import * as tf from '@tensorflow/tfjs'
import { modelsOf } from '../operation.js'

/** The normalisation from core operations alone. Arguments as rmsNorm. */
export function portableRmsNorm(x: tf.Tensor, weight: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.tidy(() => {
    const models = modelsOf(weight, 1)
    const between = x.shape.slice(models.length, -1).map(() => 1)
    const normalised = tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)))
    return tf.mul(normalised, weight.reshape([...models, ...between, -1]))
  })
}
