import * as tf from '@tensorflow/tfjs'
import { linear } from '../../kernels/linear/linear.js'
import { hiddenAttention } from '../../kernels/mambaMixer/hiddenAttention.js'
import { rmsNorm } from '../../kernels/rmsNorm/rmsNorm.js'
import { mixContext } from '../contextMixer.js'
import { mambaBlock, mixerWeights, type WeightTensors } from '../mambaBlock.js'
import { RMS_NORM_EPSILON } from '../mambaNetwork.js'

/**
 * How much the last step of x (1, l, features) hears of each step: the absolute hidden attention, averaged over the
 * channels of all layers, as shares that sum to 1. Returns (l).
 */
export function attentionOf(weights: WeightTensors, x: tf.Tensor3D): tf.Tensor1D {
  return tf.tidy(() => {
    let h = linear(mixContext(weights, x), weights['embed.weight'] as tf.Tensor2D, weights['embed.bias'] as tf.Tensor1D)
    const layers: tf.Tensor1D[] = []
    for (let i = 0; `norms.${i}.weight` in weights; i++) {
      const normed = rmsNorm(h, weights[`norms.${i}.weight`] as tf.Tensor1D, RMS_NORM_EPSILON)
      layers.push(tf.mean(tf.abs(hiddenAttention(normed, mixerWeights(weights, i)).attention), [0, 2]))
      h = mambaBlock(weights, i, h, RMS_NORM_EPSILON)
    }
    const mean = tf.mean(tf.stack(layers), 0)
    return tf.div(mean, tf.sum(mean)) as tf.Tensor1D
  })
}
