import * as tf from '@tensorflow/tfjs'
import { QUANTILE_LEVELS } from '../../domain/forecast.js'
import type { HeadName } from '../forecaster.js'

/** A number of the forecast that is explained: decoded outputs of a head (b, outputs) -> (b), differentiable. */
export type Quantity = (decoded: tf.Tensor2D) => tf.Tensor1D

export interface Quantities {
  /** ln(width of the 80 % interval / volatility scale); absent where the head forecasts no width. */
  readonly width?: Quantity
  /** The median in volatility scales, or the mean as a fraction. */
  readonly median: Quantity
}

const column = (decoded: tf.Tensor2D, level: (typeof QUANTILE_LEVELS)[number]): tf.Tensor1D =>
  tf.squeeze(tf.slice(decoded, [0, QUANTILE_LEVELS.indexOf(level)], [-1, 1]), [1])

/** What each head's forecast is explained by. */
export const quantities: Readonly<Record<HeadName, Quantities>> = {
  quantile: {
    width: (decoded) => tf.log(tf.sub(column(decoded, 0.9), column(decoded, 0.1))) as tf.Tensor1D,
    median: (decoded) => column(decoded, 0.5),
  },
  tanh: { median: (decoded) => tf.squeeze(decoded, [1]) },
}
