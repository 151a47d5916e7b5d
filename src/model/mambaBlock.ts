import type * as tf from '@tensorflow/tfjs'
import { type MixerWeights, mambaLayer } from '../kernels/mambaMixer/mambaMixer.js'

/** Weights of a network as tensors, by PyTorch name. */
export type WeightTensors = Readonly<Record<string, tf.Tensor>>

/**
 * Layer `i` of the network, h + mixer(RMSNorm(h)): h (b, l, d) -> (b, l, d). The mixer is that of Gu & Dao 2023, section
 * 3.4 and algorithm 2. Causal: row t of the result depends on rows <= t of h only.
 */
export function mambaBlock(weights: WeightTensors, i: number, h: tf.Tensor3D, epsilon: number): tf.Tensor3D {
  return mambaLayer(h, weights[`norms.${i}.weight`]!, mixerWeights(weights, i), epsilon)
}

/** The weights of block `i` by the names that the kernels know them under. Call it inside a tidy. */
export function mixerWeights(weights: WeightTensors, i: number): MixerWeights {
  const w = (name: string) => weights[`blocks.${i}.${name}`]!
  const ALog = w('A_log')
  return {
    inProj: w('in_proj.weight'),
    convWeight: w('conv1d.weight').reshape([...ALog.shape.slice(0, -1), -1]),
    convBias: w('conv1d.bias'),
    xProj: w('x_proj.weight'),
    dtWeight: w('dt_proj.weight'),
    dtBias: w('dt_proj.bias'),
    ALog,
    D: w('D'),
    outProj: w('out_proj.weight'),
  }
}
