import * as tf from '@tensorflow/tfjs'
import { causalConv1d } from '../kernels/causalConv1d/causalConv1d.js'
import { linear } from '../kernels/linear/linear.js'
import { selectiveScan } from '../kernels/selectiveScan/selectiveScan.js'

/** Weights of a network as tensors, by PyTorch name. */
export type WeightTensors = Readonly<Record<string, tf.Tensor>>

/**
 * Mamba mixer (Gu & Dao 2023, section 3.4 and algorithm 2): x (b, l, d) -> (b, l, d), with the weights of block
 * `prefix`. Causal: row t of the result depends on rows <= t of x only.
 */
export function mambaBlock(weights: WeightTensors, prefix: string, x: tf.Tensor3D): tf.Tensor3D {
  const w = <T extends tf.Tensor>(name: string): T => weights[`${prefix}.${name}`] as T
  const [e, n] = w<tf.Tensor2D>('A_log').shape
  const r = w<tf.Tensor2D>('dt_proj.weight').shape[1]
  // Weights are small and activations long: so the weights are split, where the paper splits the projected rows.
  const [toU, toZ] = tf.split(w<tf.Tensor2D>('in_proj.weight'), [e, e]) as [tf.Tensor2D, tf.Tensor2D]
  const [toDt, toB, toC] = tf.split(w<tf.Tensor2D>('x_proj.weight'), [r, n, n]) as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
  ]

  const u = causalConv1d(linear(x, toU), w('conv1d.weight').reshape([e, -1]), w('conv1d.bias'))
  const y = selectiveScan({
    u,
    delta: linear(linear(u, toDt), w('dt_proj.weight')),
    A: tf.neg(tf.exp(w('A_log'))),
    B: linear(u, toB),
    C: linear(u, toC),
    D: w('D'),
    z: linear(x, toZ),
    deltaBias: w('dt_proj.bias'),
  })
  return linear(y, w('out_proj.weight'))
}
