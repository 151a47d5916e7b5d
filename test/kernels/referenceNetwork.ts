import * as tf from '@tensorflow/tfjs'
import { causalConv1d } from '../../src/kernels/causalConv1d/causalConv1d.js'
import { linear } from '../../src/kernels/linear/linear.js'
import { rmsNorm } from '../../src/kernels/rmsNorm/rmsNorm.js'
import { selectiveScan } from '../../src/kernels/selectiveScan/selectiveScan.js'

export type Weights = Record<string, tf.Tensor>

/** The network of the PyTorch reference, in its weight names, from nothing but the kernels: x (b, l, f) to (b, l). */
export function referenceNetwork(weights: Weights, x: tf.Tensor3D, nLayers: number): tf.Tensor2D {
  const matrix = (name: string) => weights[name] as tf.Tensor2D
  const vector = (name: string) => weights[name] as tf.Tensor1D
  let h = linear(x, matrix('embed.weight'), vector('embed.bias'))
  for (let i = 0; i < nLayers; i++)
    h = tf.add(h, block(weights, `blocks.${i}.`, rmsNorm(h, vector(`norms.${i}.weight`))))
  const out = linear(rmsNorm(h, vector('norm_f.weight')), matrix('head.weight'), vector('head.bias'))
  return tf.tanh(out).squeeze([2])
}

function block(weights: Weights, prefix: string, x: tf.Tensor3D): tf.Tensor3D {
  const matrix = (name: string) => weights[prefix + name] as tf.Tensor2D
  const vector = (name: string) => weights[prefix + name] as tf.Tensor1D
  const [e, n] = matrix('A_log').shape
  const rank = matrix('dt_proj.weight').shape[1]
  const [uIn, z] = tf.split(linear(x, matrix('in_proj.weight')), 2, 2) as [tf.Tensor3D, tf.Tensor3D]
  const convWeight = (weights[`${prefix}conv1d.weight`] as tf.Tensor).reshape([e, -1]) as tf.Tensor2D
  const u = causalConv1d(uIn, convWeight, vector('conv1d.bias'))
  const projected = tf.split(linear(u, matrix('x_proj.weight')), [rank, n, n], 2)
  const [dt, B, C] = projected as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D]
  const delta = linear(dt, matrix('dt_proj.weight'))
  const A = tf.neg(tf.exp(matrix('A_log')))
  const y = selectiveScan({ u, delta, A, B, C, D: vector('D'), z, deltaBias: vector('dt_proj.bias') })
  return linear(y, matrix('out_proj.weight'))
}
