import * as tf from '@tensorflow/tfjs'
import { linear } from '../linear/linear.js'
import type { MixerWeights } from './mambaMixer.js'

/** All that the past of a sequence leaves behind in one block; dispose both when done. */
export interface MixerState {
  /** The last k - 1 inputs of the convolution (b, k - 1, e). */ readonly window: tf.Tensor3D
  /** h (b, e, n). */ readonly h: tf.Tensor3D
}

/** The state before the first step of `b` sequences. */
export function emptyMixerState(b: number, { convWeight, ALog }: MixerWeights): MixerState {
  const [e, k] = convWeight.shape
  return { window: tf.zeros([b, k - 1, e]), h: tf.zeros([b, e, ALog.shape[1]]) }
}

/**
 * One step in time in O(1), equal to the last row of mambaMixer over the whole sequence within rounding: x (b, d), returns
 * (b, d) and a new state (arXiv 2312.00752, section 2, the recurrent form). No gradient.
 */
export function mambaMixerStep(
  x: tf.Tensor2D,
  state: MixerState,
  weights: MixerWeights,
): { y: tf.Tensor2D; state: MixerState } {
  const [y, window, h] = tf.tidy(() => {
    const e = weights.ALog.shape[0]
    const [uIn, z] = tf.split(linear(x, weights.inProj), [e, e], 1) as [tf.Tensor2D, tf.Tensor2D]
    const seen = tf.concat([state.window, uIn.expandDims(1)], 1)
    const sum = tf.add(tf.sum(tf.mul(seen, tf.transpose(weights.convWeight)), 1), weights.convBias) as tf.Tensor2D
    const { y, h } = scanStep(tf.mul(sum, tf.sigmoid(sum)), z, state.h, weights)
    return [linear(y, weights.outProj), tf.slice(seen, [0, 1, 0]), h]
  })
  return { y: y as tf.Tensor2D, state: { window: window as tf.Tensor3D, h: h as tf.Tensor3D } }
}

function scanStep(u: tf.Tensor2D, z: tf.Tensor2D, h: tf.Tensor3D, { xProj, dtWeight, dtBias, ALog, D }: MixerWeights) {
  const n = ALog.shape[1]
  const [rank, B, C] = tf.split(linear(u, xProj), [dtWeight.shape[1], n, n], 1) as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
  ]
  const dt = tf.softplus(tf.add(linear(rank, dtWeight), dtBias))
  const decay = tf.exp(tf.mul(dt.expandDims(2), tf.neg(tf.exp(ALog))))
  const next = tf.add(tf.mul(decay, h), tf.mul(tf.mul(dt, u).expandDims(2), B.expandDims(1))) as tf.Tensor3D
  const y = tf.add(tf.sum(tf.mul(next, C.expandDims(1)), 2), tf.mul(D, u))
  return { y: tf.mul(y, tf.mul(z, tf.sigmoid(z))) as tf.Tensor2D, h: next }
}
