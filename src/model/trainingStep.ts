import * as tf from '@tensorflow/tfjs'
import { type AdamState, adam, initialAdamState } from '../kernels/adam/adam.js'
import type { MambaShape, TrainingOptions, Weights } from './forecaster.js'
import { heads } from './heads/head.js'
import { forward, forwardFlat } from './mambaNetwork.js'
import type { TrainingData } from './trainingData.js'
import { byName, isFlat, toParameters } from './weightTensors.js'

/** The training window as tensors: one sequence, one batch. */
export type Batch = {
  /** (1, L, F) */ readonly x: tf.Tensor3D
  /** (L, lossColumns) */ readonly target: tf.Tensor2D
  /** (L) */ readonly trainWeights: tf.Tensor1D
  /** (L) */ readonly validationWeights: tf.Tensor1D
}

/** What one step changes. */
export type Progress = { readonly parameters: tf.Tensor[]; readonly state: { [K in keyof AdamState]: AdamState[K] } }

/** Tensors of the training data; the caller disposes them. */
export function createBatch({ inputs, targets, trainWeights, validationWeights, shape }: TrainingData): Batch {
  const L = trainWeights.length
  return {
    x: tf.tensor3d(inputs, [1, L, shape.features]),
    target: tf.tensor2d(targets, [L, targets.length / L]),
    trainWeights: tf.tensor1d(trainWeights),
    validationWeights: tf.tensor1d(validationWeights),
  }
}

/** The state before the first step; the caller disposes its tensors. */
export function startFrom(shape: MambaShape, weights: Weights): Progress {
  const parameters = toParameters(shape, weights)
  return { parameters, state: initialAdamState(parameters) }
}

/**
 * One Adam step down the training loss. `losses` (2) are the training and validation loss of the weights before the
 * step, both from its one forward pass. Leaves `progress` to the caller to dispose.
 */
export const trainingStep = (shape: MambaShape, options: TrainingOptions, batch: Batch, progress: Progress): Step =>
  descend((tensors) => lossOfRows(shape, options, batch, tensors), options, batch, progress)

export type Step = { readonly losses: tf.Tensor; readonly next: Progress }

/** The loss of each row (L), given a network's parameters; (M, L) of M models. */
export type RowLosses = (parameters: tf.Tensor[]) => tf.Tensor

/** `trainingStep` for any network, or for M at once: row weights are then (M, L) and `losses` (2, M). */
export function descend(
  rowLosses: RowLosses,
  options: Pick<TrainingOptions, 'learningRate' | 'weightDecay'>,
  weights: RowWeights,
  { parameters, state }: Progress,
): Step {
  return tf.tidy(() => {
    const { trainLoss, validationLoss, gradients } = lossAndGradients(rowLosses, weights, parameters)
    const { learningRate, weightDecay } = options
    const after = adam(parameters, gradients, state, { learningRate, weightDecay })
    return {
      losses: tf.stack([trainLoss, validationLoss]),
      next: { parameters: after.parameters, state: { ...after.state } },
    }
  })
}

/** Each (L), or (M, L). */
export type RowWeights = { readonly trainWeights: tf.Tensor; readonly validationWeights: tf.Tensor }

/** The weighted sum of row losses has the row weights as its gradient in them: no tape for it, with the same bits. */
function lossAndGradients(rowLosses: RowLosses, weights: RowWeights, parameters: tf.Tensor[]) {
  try {
    const losses = tf.valueAndGrads((...tensors: tf.Tensor[]) => rowLosses(tensors))
    const { value: rows, grads } = losses(parameters, weights.trainWeights)
    const total = (rowWeights: tf.Tensor) => tf.sum(tf.mul(rows, rowWeights), -1)
    return {
      trainLoss: total(weights.trainWeights),
      validationLoss: total(weights.validationWeights),
      gradients: grads,
    }
  } catch (error) {
    forgetTape()
    throw error
  }
}

/** What the tape kept for a backward pass is freed by tfjs only when that pass succeeds. */
function forgetTape(): void {
  const { state } = tf.engine()
  for (const { saved } of (state.activeTape ?? []) as { saved?: tf.Tensor[] }[]) tf.dispose(saved ?? [])
  state.activeTape = []
}

/** The loss of each row of all sequences, one after the other. */
export function lossOfRows(
  shape: MambaShape,
  { head }: Pick<TrainingOptions, 'head'>,
  batch: Pick<Batch, 'x' | 'target'>,
  tensors: tf.Tensor[],
): tf.Tensor1D {
  const raw = isFlat(tensors)
    ? forwardFlat(shape, tensors[0] as tf.Tensor1D, batch.x)
    : forward(byName(shape, tensors), batch.x)
  const decoded = heads[head].decode(raw.reshape([-1, shape.outputs]))
  return heads[head].rowLoss(decoded, batch.target)
}
