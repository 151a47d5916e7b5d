import * as tf from '@tensorflow/tfjs'
import { causalConv1d } from '../causalConv1d/causalConv1d.js'
import { linear } from '../linear/linear.js'
import type { MixerWeights } from './mambaMixer.js'

/** What the selective scan of one block reads, before its gate. */
export interface ScanInputs {
  /** Input of the convolution (b, l, e). */ readonly uIn: tf.Tensor3D
  /** (b, l, e) */ readonly u: tf.Tensor3D
  /** After bias and softplus (b, l, e). */ readonly dt: tf.Tensor3D
  /** (e, n), negative */ readonly A: tf.Tensor
  /** (b, l, n) */ readonly B: tf.Tensor3D
  /** (b, l, n) */ readonly C: tf.Tensor3D
}

/** The inputs of a block's scan over the sequence x (b, l, d), by the operations of this room. Call it inside a tidy. */
export function scanInputs(x: tf.Tensor3D, weights: MixerWeights): ScanInputs {
  const { inProj, convWeight, convBias, xProj, dtWeight, dtBias, ALog } = weights
  const [e, n] = ALog.shape as [number, number]
  const uIn = linear(x, tf.slice(inProj, [0, 0], [e, -1]))
  const u = causalConv1d(uIn, convWeight, convBias)
  const [toRank, toB, toC] = tf.split(xProj, [dtWeight.shape[1]!, n, n], 0) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
  const dt = tf.softplus(tf.add(linear(linear(u, toRank), dtWeight), dtBias)) as tf.Tensor3D
  return { uIn, u, dt, A: tf.neg(tf.exp(ALog)), B: linear(u, toB), C: linear(u, toC) }
}

/** exp(A · sum of the dt after t) (b, l, e, n): what is left of step t at the last step; at most 1. */
export const decayToEnd = ({ dt, A }: Pick<ScanInputs, 'dt' | 'A'>): tf.Tensor4D =>
  tf.exp(tf.mul(tf.cumsum(dt, 1, true, true).expandDims(3), A)) as tf.Tensor4D
