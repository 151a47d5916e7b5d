import * as tf from '@tensorflow/tfjs'
import { adam, initialAdamState } from '../../src/kernels/adam/adam.js'
import { randomArray } from './randomArrays.js'
import { referenceNetwork } from './referenceNetwork.js'

const shapes: Record<string, number[]> = {
  'embed.weight': [4, 3],
  'embed.bias': [4],
  'norms.0.weight': [4],
  'blocks.0.in_proj.weight': [16, 4],
  'blocks.0.conv1d.weight': [8, 1, 4],
  'blocks.0.conv1d.bias': [8],
  'blocks.0.x_proj.weight': [9, 8],
  'blocks.0.dt_proj.weight': [8, 1],
  'blocks.0.dt_proj.bias': [8],
  'blocks.0.A_log': [8, 4],
  'blocks.0.D': [8],
  'blocks.0.out_proj.weight': [4, 8],
  'norm_f.weight': [4],
  'head.weight': [1, 4],
  'head.bias': [1],
}

export interface SmallTraining {
  /** Goes down the loss once; nothing is read back. */
  readonly step: () => void
  /** All weights, one after the other. */
  readonly weights: () => Promise<number[]>
  readonly close: () => void
}

/** Trains a seeded network of one layer on the active backend, over `l` rows. */
export function startSmallTraining(l: number): SmallTraining {
  const names = Object.keys(shapes)
  const random = (seed: number, shape: number[]) =>
    tf.tensor(Float32Array.from(randomArray(seed, tf.util.sizeFromShape(shape), -0.5, 0.5)), shape)
  let weights = names.map((name, i) => random(i + 1, shapes[name]!))
  let state = initialAdamState(weights)
  const x = random(50, [1, l, 3]) as tf.Tensor3D
  const loss = (...values: tf.Tensor[]) =>
    tf.mean(
      tf.square(referenceNetwork(Object.fromEntries(names.map((name, i) => [name, values[i]!])), x, 1)),
    ) as tf.Scalar
  return {
    step() {
      const { value, grads } = tf.valueAndGrads(loss)(weights)
      const next = adam(weights, grads, state, { learningRate: 0.01 })
      tf.dispose([value, grads, weights, state.m, state.v])
      weights = next.parameters
      state = next.state
    },
    weights: async () => (await Promise.all(weights.map((weight) => weight.data()))).flatMap((values) => [...values]),
    close: () => tf.dispose([x, weights, state.m, state.v]),
  }
}
