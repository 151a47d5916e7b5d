import * as tf from '@tensorflow/tfjs'
import { modelsOf } from '../operation.js'

/** The convolution from core operations alone: one shifted slice per tap. Arguments as causalConv1d. */
export function portableConv(x: tf.Tensor3D, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor3D {
  return tf.tidy(() => {
    const models = modelsOf(weight, 2)
    const [b, l, e] = x.shape
    const k = weight.shape.at(-1)!
    const padded = tf.pad(x, [
      [0, 0],
      [k - 1, 0],
      [0, 0],
    ])
    const perChannel = (values: tf.Tensor) => values.reshape([...models, 1, e])
    const columns = weight.reshape([-1, k])
    const taps = Array.from({ length: k }, (_, j) =>
      tf.mul(tf.slice(padded, [0, j, 0], [b, l, e]), perChannel(tf.slice(columns, [0, j], [-1, 1]))),
    )
    const sum = taps.reduce((total, tap) => tf.add(total, tap), perChannel(bias))
    return tf.mul(sum, tf.sigmoid(sum)) as tf.Tensor3D
  })
}
