import * as tf from '@tensorflow/tfjs'
import { linear } from '../linear/linear.js'
import type { MixerWeights } from './mambaMixer.js'
import { decayToEnd, scanInputs } from './scanInputs.js'

/** All that the past of a sequence leaves behind in one block; dispose both when done. */
export interface MixerState {
  /** The last k - 1 inputs of the convolution (b, k - 1, e). */ readonly window: tf.Tensor3D
  /** h (b, e, n). */ readonly h: tf.Tensor3D
}

/** The state before the first step of `b` sequences. */
export function emptyMixerState(b: number, { convWeight, ALog }: MixerWeights): MixerState {
  const [e, k] = convWeight.shape as [number, number]
  return { window: tf.zeros([b, k - 1, e]), h: tf.zeros([b, e, ALog.shape[1]!]) }
}

/**
 * The state after a whole sequence x (b, l, d), without running it step by step: h[l-1] is the sum over t of dt[t] u[t] B[t]
 * decayed by exp(A sum of the dt after t), at most 1. Needs an array of b·l·e·n floats. No gradient.
 */
export function mixerStateAfter(x: tf.Tensor3D, weights: MixerWeights): MixerState {
  const [window, h] = tf.tidy(() => {
    const inputs = scanInputs(x, weights)
    const { uIn, u, dt, B } = inputs
    const drive = tf.mul(tf.mul(dt, u).expandDims(3), B.expandDims(2))
    const padded = tf.pad(uIn, [
      [0, 0],
      [weights.convWeight.shape[1]! - 1, 0],
      [0, 0],
    ])
    return [tf.slice(padded, [0, x.shape[1], 0]), tf.sum(tf.mul(decayToEnd(inputs), drive), 1)]
  })
  return { window: window as tf.Tensor3D, h: h as tf.Tensor3D }
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
    const e = weights.ALog.shape[0]!
    const [uIn, z] = tf.split(linear(x, weights.inProj), [e, e], 1) as [tf.Tensor2D, tf.Tensor2D]
    const seen = tf.concat([state.window, uIn.expandDims(1)], 1)
    const sum = tf.add(tf.sum(tf.mul(seen, tf.transpose(weights.convWeight)), 1), weights.convBias) as tf.Tensor2D
    const { y, h } = scanStep(tf.mul(sum, tf.sigmoid(sum)), z, state.h, weights)
    return [linear(y, weights.outProj), tf.slice(seen, [0, 1, 0]), h]
  })
  return { y: y as tf.Tensor2D, state: { window: window as tf.Tensor3D, h: h as tf.Tensor3D } }
}

function scanStep(u: tf.Tensor2D, z: tf.Tensor2D, h: tf.Tensor3D, { xProj, dtWeight, dtBias, ALog, D }: MixerWeights) {
  const [n, r] = [ALog.shape[1]!, dtWeight.shape[1]!]
  const [rank, B, C] = tf.split(linear(u, xProj), [r, n, n], 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
  const dt = tf.softplus(tf.add(linear(rank, dtWeight), dtBias))
  const decay = tf.exp(tf.mul(dt.expandDims(2), tf.neg(tf.exp(ALog))))
  const next = tf.add(tf.mul(decay, h), tf.mul(tf.mul(dt, u).expandDims(2), B.expandDims(1))) as tf.Tensor3D
  const y = tf.add(tf.sum(tf.mul(next, C.expandDims(1)), 2), tf.mul(D, u))
  return { y: tf.mul(y, tf.mul(z, tf.sigmoid(z))) as tf.Tensor2D, h: next }
}
