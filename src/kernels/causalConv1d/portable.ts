import * as tf from '@tensorflow/tfjs'

/** The convolution from core operations alone: one shifted slice per tap. Arguments as causalConv1d. */
export function portableConv(x: tf.Tensor3D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  return tf.tidy(() => {
    const [b, l, e] = x.shape
    const k = weight.shape[1]
    const padded = tf.pad(x, [
      [0, 0],
      [k - 1, 0],
      [0, 0],
    ])
    const taps = Array.from({ length: k }, (_, j) =>
      tf.mul(tf.slice(padded, [0, j, 0], [b, l, e]), tf.slice(weight, [0, j], [e, 1]).reshape([e])),
    )
    const sum = taps.reduce((total, tap) => tf.add(total, tap), bias as tf.Tensor)
    return tf.mul(sum, tf.sigmoid(sum)) as tf.Tensor3D
  })
}
