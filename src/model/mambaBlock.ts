import type * as tf from '@tensorflow/tfjs'
import { mambaMixer } from '../kernels/mambaMixer/mambaMixer.js'

/** Weights of a network as tensors, by PyTorch name. */
export type WeightTensors = Readonly<Record<string, tf.Tensor>>

/**
 * Mamba mixer (Gu & Dao 2023, section 3.4 and algorithm 2): x (b, l, d) -> (b, l, d), with the weights of block
 * `prefix`. Causal: row t of the result depends on rows <= t of x only.
 */
export function mambaBlock(weights: WeightTensors, prefix: string, x: tf.Tensor3D): tf.Tensor3D {
  const w = <T extends tf.Tensor>(name: string): T => weights[`${prefix}.${name}`] as T
  const ALog = w<tf.Tensor2D>('A_log')
  return mambaMixer(x, {
    inProj: w('in_proj.weight'),
    convWeight: w('conv1d.weight').reshape([ALog.shape[0], -1]),
    convBias: w('conv1d.bias'),
    xProj: w('x_proj.weight'),
    dtWeight: w('dt_proj.weight'),
    dtBias: w('dt_proj.bias'),
    ALog,
    D: w('D'),
    outProj: w('out_proj.weight'),
  })
}
