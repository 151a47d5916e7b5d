import * as tf from '@tensorflow/tfjs'
import { QUANTILE_LEVELS } from '../../domain/forecast.js'
import { empiricalQuantile } from '../empiricalQuantile.js'
import { inverseSoftplus } from '../initialise.js'
import type { Head } from './head.js'

const LEVELS = QUANTILE_LEVELS.length
const MEDIAN = (LEVELS - 1) / 2
/** Smallest first gap between neighbouring quantiles, in standard deviations: tied training returns leave none. */
const SMALLEST_GAP = 1e-3

/**
 * Nine quantiles that cannot cross: the median, and softplus steps away from it on either side (Gasthaus et al. 2019
 * use the same idea for splines). The target is the next return divided by the causal volatility scale; the loss is
 * the mean pinball loss max(tau e, (tau - 1) e) over the levels (Koenker & Bassett 1978, no factor 2).
 *
 * Its first weights give the training rows' empirical standardised quantiles on every row, which is filtered
 * historical simulation (Barone-Adesi et al. 1999): training can only be kept where it beats that in validation.
 */
export const quantileHead: Head = {
  outputs: LEVELS,

  targets: (table) => Float64Array.from(table.targetPct, (target, t) => target / table.scalePct[t]!),

  initialise(weights, trainingTargets) {
    const { shape } = weights['head.weight']!
    return {
      ...weights,
      'head.weight': { shape, data: new Float32Array(LEVELS * shape[1]!) },
      'head.bias': { shape: [LEVELS], data: encode(empiricalQuantiles(trainingTargets)) },
    }
  },

  decode: (raw) =>
    tf.tidy(() => {
      const [below, median, above] = tf.split(raw, [MEDIAN, 1, LEVELS - MEDIAN - 1], 1) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ]
      const lower = tf.sub(median, tf.cumsum(tf.softplus(below), 1, false, true))
      const upper = tf.add(median, tf.cumsum(tf.softplus(above), 1))
      return tf.concat2d([lower as tf.Tensor2D, median as tf.Tensor2D, upper as tf.Tensor2D], 1)
    }),

  rowLoss: (decoded, target) =>
    tf.tidy(() => {
      const levels = tf.tensor2d([...QUANTILE_LEVELS], [1, LEVELS])
      const error = tf.sub(target, decoded)
      return tf.mean(tf.maximum(tf.mul(levels, error), tf.mul(tf.sub(levels, 1), error)), 1) as tf.Tensor1D
    }),
}

/** Quantiles of a sample at `QUANTILE_LEVELS`. */
export function empiricalQuantiles(sample: Float64Array): number[] {
  const ascending = sample.slice().sort()
  return QUANTILE_LEVELS.map((level) => empiricalQuantile(ascending, level))
}

/** Raw outputs (9) that `decode` turns into the given quantiles. */
function encode(quantiles: readonly number[]): Float32Array {
  const step = (lower: number, upper: number) =>
    inverseSoftplus(Math.max(quantiles[upper]! - quantiles[lower]!, SMALLEST_GAP))
  return Float32Array.from(quantiles, (quantile, i) =>
    i === MEDIAN ? quantile : i < MEDIAN ? step(i, i + 1) : step(i - 1, i),
  )
}
