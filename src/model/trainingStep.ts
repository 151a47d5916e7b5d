import * as tf from '@tensorflow/tfjs'
import { type AdamState, adam, initialAdamState } from '../kernels/adam/adam.js'
import type { MambaShape, TrainingOptions, Weights } from './forecaster.js'
import { heads } from './heads/head.js'
import { forward } from './mambaNetwork.js'
import type { TrainingData } from './trainingData.js'
import { byName, toTensors } from './weightTensors.js'

/** The training window as tensors: one sequence, one batch. */
export type Batch = {
  /** (1, L, F) */ readonly x: tf.Tensor3D
  /** (L, 1) */ readonly target: tf.Tensor2D
  /** (L) */ readonly trainWeights: tf.Tensor1D
  /** (L) */ readonly validationWeights: tf.Tensor1D
}

/** What one step changes. */
export type Progress = { readonly parameters: tf.Tensor[]; readonly state: { [K in keyof AdamState]: AdamState[K] } }

/** Tensors of the training data; the caller disposes them. */
export function createBatch({ inputs, targets, trainWeights, validationWeights, shape }: TrainingData): Batch {
  const L = targets.length
  return {
    x: tf.tensor3d(inputs, [1, L, shape.features]),
    target: tf.tensor2d(targets, [L, 1]),
    trainWeights: tf.tensor1d(trainWeights),
    validationWeights: tf.tensor1d(validationWeights),
  }
}

/** The state before the first step; the caller disposes its tensors. */
export function startFrom(shape: MambaShape, weights: Weights): Progress {
  const parameters = toTensors(shape, weights)
  return { parameters, state: initialAdamState(parameters) }
}

/**
 * One Adam step down the training loss. `losses` (2) are the training and validation loss of the weights before the
 * step, both from its one forward pass. Leaves `progress` to the caller to dispose.
 */
export function trainingStep(
  shape: MambaShape,
  options: TrainingOptions,
  batch: Batch,
  { parameters, state }: Progress,
): { losses: tf.Tensor1D; next: Progress } {
  return tf.tidy(() => {
    const { trainLoss, validationLoss, gradients } = lossAndGradients(shape, options, batch, parameters)
    const after = adam(parameters, gradients, state, options)
    return {
      losses: tf.stack([trainLoss, validationLoss]) as tf.Tensor1D,
      next: { parameters: after.parameters, state: { ...after.state } },
    }
  })
}

function lossAndGradients(shape: MambaShape, options: TrainingOptions, batch: Batch, parameters: tf.Tensor[]) {
  const validation: tf.Scalar[] = []
  const losses = (...tensors: tf.Tensor[]): tf.Scalar => {
    const rowLosses = lossOfRows(shape, options, batch, tensors)
    validation.push(tf.keep(tf.sum(tf.mul(rowLosses, batch.validationWeights))))
    return tf.sum(tf.mul(rowLosses, batch.trainWeights))
  }
  try {
    const { value, grads } = tf.valueAndGrads(losses)(parameters)
    return { trainLoss: value, validationLoss: validation[0]!.clone(), gradients: grads }
  } catch (error) {
    forgetTape()
    throw error
  } finally {
    tf.dispose(validation)
  }
}

/** What the tape kept for a backward pass is freed by tfjs only when that pass succeeds. */
function forgetTape(): void {
  const { state } = tf.engine()
  for (const { saved } of (state.activeTape ?? []) as { saved?: tf.Tensor[] }[]) tf.dispose(saved ?? [])
  state.activeTape = []
}

function lossOfRows(shape: MambaShape, { head }: TrainingOptions, batch: Batch, tensors: tf.Tensor[]): tf.Tensor1D {
  const raw = forward(byName(shape, tensors), batch.x)
  const decoded = heads[head].decode(raw.reshape([-1, shape.outputs]))
  return heads[head].rowLoss(decoded, batch.target)
}
