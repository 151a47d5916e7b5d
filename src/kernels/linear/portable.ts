import * as tf from '@tensorflow/tfjs'
import { modelsOf } from '../operation.js'

/** The linear layer from core operations alone. Arguments as linear. */
export function portableLinear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const models = modelsOf(weight, 2)
    const [columns, inner] = weight.shape.slice(-2) as [number, number]
    const product = tf.matMul(x.reshape([...models, -1, inner]), weight, false, true)
    const sum = bias ? tf.add(product, bias.reshape([...models, 1, columns])) : product
    return sum.reshape([...x.shape.slice(0, -1), columns])
  })
}
