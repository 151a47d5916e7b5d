import * as tf from '@tensorflow/tfjs'
import type { MixerWeights } from '../../src/kernels/mambaMixer/mambaMixer.js'
import { randomArray } from './randomArrays.js'

export const randomTensor = (seed: number, shape: number[], low = -0.5, high = 0.5) =>
  tf.tensor(Float32Array.from(randomArray(seed, tf.util.sizeFromShape(shape), low, high)), shape)

export interface MixerSizes {
  readonly d: number
  readonly e: number
  readonly n: number
  readonly r: number
  readonly k: number
}

/** Seeded weights of one Mamba block. */
export const randomMixerWeights = ({ d, e, n, r, k }: MixerSizes): MixerWeights => ({
  inProj: randomTensor(1, [2 * e, d]) as tf.Tensor2D,
  convWeight: randomTensor(2, [e, k]) as tf.Tensor2D,
  convBias: randomTensor(3, [e]) as tf.Tensor1D,
  xProj: randomTensor(4, [r + 2 * n, e]) as tf.Tensor2D,
  dtWeight: randomTensor(5, [e, r]) as tf.Tensor2D,
  dtBias: randomTensor(6, [e], -4, 1) as tf.Tensor1D,
  ALog: randomTensor(7, [e, n], 0, 3) as tf.Tensor2D,
  D: randomTensor(8, [e]) as tf.Tensor1D,
  outProj: randomTensor(9, [d, e]) as tf.Tensor2D,
})
