import * as tf from '@tensorflow/tfjs'

/** The linear layer from core operations alone. Arguments as linear. */
export function portableLinear(x: tf.Tensor, weight: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor {
  return tf.tidy(() => {
    const [columns, inner] = weight.shape
    const product = tf.matMul(x.reshape([-1, inner]) as tf.Tensor2D, weight, false, true)
    return (bias ? tf.add(product, bias) : product).reshape([...x.shape.slice(0, -1), columns])
  })
}
