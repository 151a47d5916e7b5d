import * as tf from '@tensorflow/tfjs'
import type { TrainingOptions } from '../forecaster.js'

/** What is kept of M models while they are trained, without a look at their losses from outside. */
export type Kept = {
  /** (M, P) the weights of each model's lowest validation loss */ readonly parameters: tf.Tensor2D
  /** (M) that loss */ readonly loss: tf.Tensor1D
  /** (M) epochs since then */ readonly since: tf.Tensor1D
}

const LARGEST_FLOAT32 = 3.4028234663852886e38

/** Before the first epoch; the caller disposes it. */
export const nothingKept = (parameters: tf.Tensor2D): Kept => ({
  parameters: parameters.clone(),
  loss: tf.fill([parameters.shape[0]], LARGEST_FLOAT32),
  since: tf.zeros([parameters.shape[0]]),
})

/**
 * Takes the weights of every model whose loss is lower than ever and whose patience has not run out, as `train` does for one
 * model; of every model, where there is no validation. `losses` (2, M) are those of `parameters` (M, P). Leaves `kept` to
 * the caller to dispose.
 */
export const keepBest = (
  kept: Kept,
  parameters: tf.Tensor2D,
  losses: tf.Tensor,
  { patience, validationShare }: Pick<TrainingOptions, 'patience' | 'validationShare'>,
): Kept =>
  tf.tidy(() => {
    if (validationShare === 0)
      return { parameters: parameters.clone(), loss: kept.loss.clone(), since: kept.since.clone() }
    const [, validation] = tf.unstack(losses) as [tf.Tensor1D, tf.Tensor1D]
    const better = tf.logicalAnd(tf.less(validation, kept.loss), tf.less(kept.since, patience))
    return {
      parameters: tf.where(better.expandDims(1), parameters, kept.parameters),
      loss: tf.where(better, validation, kept.loss),
      since: tf.where(better, tf.zerosLike(kept.since), tf.add(kept.since, 1)),
    }
  })
