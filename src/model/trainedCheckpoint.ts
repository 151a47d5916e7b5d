import * as tf from '@tensorflow/tfjs'
import { UserError } from '../domain/errors.js'
import type { Checkpoint, EpochProgress, TrainRequest, Weights } from './forecaster.js'
import { heads } from './heads/head.js'
import { initialWeights } from './initialise.js'
import { residualQuantiles } from './predict.js'
import type { TrainingData } from './trainingData.js'
import { parameterCount } from './weights.js'

/** The weights that training starts from: those of the warm start, or fresh ones. */
export function firstWeights({ options, warmStart }: TrainRequest, { shape, trainTargets }: TrainingData): Weights {
  return warmStart?.weights ?? heads[options.head].initialise(initialWeights(shape, options.seed), trainTargets)
}

/** What training came to: the kept weights, the epoch and losses that they belong to, and how long it took. */
export type Fitted = Omit<EpochProgress, 'maxEpochs'> & { readonly weights: Weights; readonly seconds: number }

/**
 * The checkpoint of a training.
 * @throws UserError when a weight is not finite: on a GPU a loss need not tell
 */
export async function trainedCheckpoint(
  { table, trainRows, options }: TrainRequest,
  { shape, normaliser }: TrainingData,
  { epoch, trainLoss, validationLoss, weights, seconds }: Fitted,
): Promise<Checkpoint> {
  if (Object.values(weights).some(({ data }) => !data.every(Number.isFinite))) throw diverged(epoch)
  const checkpoint: Checkpoint = {
    ...{ options, shape, featureNames: table.names, normaliser, weights },
    ...{ residualQuantiles: null, trainStart: table.sessions[0]!, trainEnd: table.sessions[trainRows - 1]!, trainRows },
    ...{ epochs: epoch, trainLoss, validationLoss, backend: tf.getBackend(), parameters: parameterCount(shape) },
    seconds,
  }
  if (options.head === 'quantile') return checkpoint
  return { ...checkpoint, residualQuantiles: await residualQuantiles(checkpoint, table, trainRows) }
}

/** For losses that are no longer finite. */
export const diverged = (epoch: number, cause?: unknown): UserError =>
  new UserError(`training diverged at epoch ${epoch}: try a lower learning rate`, { cause })
