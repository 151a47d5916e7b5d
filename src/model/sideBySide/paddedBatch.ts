import * as tf from '@tensorflow/tfjs'
import type { TrainingData } from '../trainingData.js'

/** The training windows of M models as tensors, each padded at its end to the longest, L rows. */
export type PaddedBatch = {
  /** (M, L, F) */ readonly x: tf.Tensor3D
  /** (M · L, lossColumns) */ readonly target: tf.Tensor2D
  /** (M, L) */ readonly trainWeights: tf.Tensor2D
  /** (M, L) */ readonly validationWeights: tf.Tensor2D
}

/**
 * Tensors of the training data of several models of one shape; the caller disposes them. Padding is rows of zeros that
 * weigh nothing in any loss, and the network is causal: so no row of a model, and no gradient, depends on them.
 */
export function createPaddedBatch(data: readonly TrainingData[]): PaddedBatch {
  const M = data.length
  const L = Math.max(...data.map(({ trainWeights }) => trainWeights.length))
  const columns = data[0]!.targets.length / data[0]!.trainWeights.length
  const F = data[0]!.shape.features
  const rows = (part: (data: TrainingData) => Float32Array, width: number) => {
    const padded = new Float32Array(M * L * width)
    for (const [m, each] of data.entries()) padded.set(part(each), m * L * width)
    return padded
  }
  return {
    x: tf.tensor3d(
      rows(({ inputs }) => inputs, F),
      [M, L, F],
    ),
    target: tf.tensor2d(
      rows(({ targets }) => targets, columns),
      [M * L, columns],
    ),
    trainWeights: tf.tensor2d(
      rows(({ trainWeights }) => trainWeights, 1),
      [M, L],
    ),
    validationWeights: tf.tensor2d(
      rows(({ validationWeights }) => validationWeights, 1),
      [M, L],
    ),
  }
}
