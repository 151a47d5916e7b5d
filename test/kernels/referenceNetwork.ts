import * as tf from '@tensorflow/tfjs'
import { linear } from '../../src/kernels/linear/linear.js'
import { type MixerWeights, mambaLayer } from '../../src/kernels/mambaMixer/mambaMixer.js'
import { rmsNorm } from '../../src/kernels/rmsNorm/rmsNorm.js'

export type Weights = Record<string, tf.Tensor>

/** The network of the PyTorch reference, in its weight names, from nothing but the kernels: x (b, l, f) to (b, l). */
export const referenceNetwork = (weights: Weights, x: tf.Tensor3D, nLayers: number): tf.Tensor2D =>
  tf.tanh(plainOutput(weights, x, nLayers)).squeeze([2])

/** Its output before tanh (b, l, outputs). */
export function plainOutput(weights: Readonly<Weights>, x: tf.Tensor3D, nLayers: number): tf.Tensor3D {
  const matrix = (name: string) => weights[name] as tf.Tensor2D
  const vector = (name: string) => weights[name] as tf.Tensor1D
  let h = linear(x, matrix('embed.weight'), vector('embed.bias'))
  for (let i = 0; i < nLayers; i++) h = mambaLayer(h, vector(`norms.${i}.weight`), block(weights, `blocks.${i}.`))
  return linear(rmsNorm(h, vector('norm_f.weight')), matrix('head.weight'), vector('head.bias'))
}

function block(weights: Readonly<Weights>, prefix: string): MixerWeights {
  const matrix = (name: string) => weights[prefix + name] as tf.Tensor2D
  const vector = (name: string) => weights[prefix + name] as tf.Tensor1D
  const [e] = matrix('A_log').shape
  return {
    inProj: matrix('in_proj.weight'),
    convWeight: matrix('conv1d.weight').reshape([e, -1]) as tf.Tensor2D,
    convBias: vector('conv1d.bias'),
    xProj: matrix('x_proj.weight'),
    dtWeight: matrix('dt_proj.weight'),
    dtBias: vector('dt_proj.bias'),
    ALog: matrix('A_log'),
    D: vector('D'),
    outProj: matrix('out_proj.weight'),
  }
}
