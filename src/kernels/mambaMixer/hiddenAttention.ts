import * as tf from '@tensorflow/tfjs'
import type { MixerWeights } from './mambaMixer.js'
import { decayToEnd, scanInputs } from './scanInputs.js'

export interface HiddenAttention {
  /** Last row of the matrix of each channel (b, l, e). */ readonly attention: tf.Tensor3D
  /** Input of the scan (b, l, e). */ readonly u: tf.Tensor3D
}

/**
 * The selective scan of one block as attention, for the last step of x (b, l, d):
 *
 *     attention[j] = sum_n C[l-1,n] exp(A[:,n] sum of dt[j+1 ... l-1]) dt[j] B[j,n]        (e)
 *
 * so that sum_j attention[j] u[j] is the scan's output there, before the skip D u and the gate (Ali, Zimerman & Wolf 2024,
 * arXiv 2403.01590, equation 11). Needs arrays of b·l·e·n floats. No gradient.
 */
export function hiddenAttention(x: tf.Tensor3D, weights: MixerWeights): HiddenAttention {
  const [attention, u] = tf.tidy(() => {
    const inputs = scanInputs(x, weights)
    const { u, dt, B, C } = inputs
    const last = tf.slice(C, [0, C.shape[1] - 1, 0], [-1, 1, -1])
    const weighted = tf.sum(tf.mul(decayToEnd(inputs), tf.mul(B, last).expandDims(2)), 3)
    return [tf.mul(weighted, dt), u]
  })
  return { attention: attention as tf.Tensor3D, u: u as tf.Tensor3D }
}
