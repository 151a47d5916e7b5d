import type * as tf from '@tensorflow/tfjs'
import type { FeatureTable } from '../../features/table.js'
import type { HeadName, Weights } from '../forecaster.js'
import { quantileHead } from './quantile.js'
import { tanhHead } from './tanh.js'

/** What stands between the network's raw outputs and a forecast: the target, its loss, and the reading of the outputs. */
export interface Head {
  /** Raw outputs per row. */
  readonly outputs: number
  /** (L) what row t should have predicted, in the head's own unit; NaN where it is not known. */
  targets(table: FeatureTable): Float64Array
  /** Columns of `lossTargets`. */
  readonly lossColumns: number
  /** (L, lossColumns) all that `rowLoss` compares with; fitted on the training rows only, 0 where not known. */
  lossTargets(table: FeatureTable, trainingRows: readonly number[]): Float32Array
  /** First weights, given the training rows' known targets. */
  initialise(weights: Weights, trainingTargets: Float64Array): Weights
  /** raw (L, outputs) -> (L, outputs), the forecast first, in the target's unit. */
  decode(raw: tf.Tensor2D): tf.Tensor2D
  /** decoded (L, outputs), target (L, lossColumns) -> (L) loss of each row. */
  rowLoss(decoded: tf.Tensor2D, target: tf.Tensor2D): tf.Tensor1D
}

export const heads: Readonly<Record<HeadName, Head>> = { quantile: quantileHead, tanh: tanhHead }
