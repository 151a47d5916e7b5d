import type * as tf from '@tensorflow/tfjs'
import { type MixerWeights, mambaLayer } from '../kernels/mambaMixer/mambaMixer.js'

/** Weights of a network as tensors, by PyTorch name. */
export type WeightTensors = Readonly<Record<string, tf.Tensor>>

/**
 * Layer `i` of the network, h + mixer(RMSNorm(h)): h (b, l, d) -> (b, l, d). The mixer is that of Gu & Dao 2023, section
 * 3.4 and algorithm 2. Causal: row t of the result depends on rows <= t of h only.
 */
export function mambaBlock(weights: WeightTensors, i: number, h: tf.Tensor3D, epsilon: number): tf.Tensor3D {
  return mambaLayer(h, weights[`norms.${i}.weight`] as tf.Tensor1D, mixerWeights(weights, i), epsilon)
}

/** The weights of block `i` by the names that the kernels know them under. Call it inside a tidy. */
export function mixerWeights(weights: WeightTensors, i: number): MixerWeights {
  const w = <T extends tf.Tensor>(name: string): T => weights[`blocks.${i}.${name}`] as T
  const ALog = w<tf.Tensor2D>('A_log')
  return {
    inProj: w<tf.Tensor2D>('in_proj.weight'),
    convWeight: w('conv1d.weight').reshape([ALog.shape[0], -1]) as tf.Tensor2D,
    convBias: w<tf.Tensor1D>('conv1d.bias'),
    xProj: w<tf.Tensor2D>('x_proj.weight'),
    dtWeight: w<tf.Tensor2D>('dt_proj.weight'),
    dtBias: w<tf.Tensor1D>('dt_proj.bias'),
    ALog,
    D: w<tf.Tensor1D>('D'),
    outProj: w<tf.Tensor2D>('out_proj.weight'),
  }
}
