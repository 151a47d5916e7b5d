import * as tf from '@tensorflow/tfjs'
import { QUANTILE_LEVELS } from '../../domain/forecast.js'
import type { FeatureTable } from '../../features/table.js'
import { empiricalQuantile } from '../empiricalQuantile.js'
import { inverseSoftplus } from '../initialise.js'
import type { Head } from './head.js'

const LEVELS = QUANTILE_LEVELS.length
const MEDIAN = (LEVELS - 1) / 2
/** Smallest first gap between neighbouring quantiles, in standard deviations: tied training returns leave none. */
const SMALLEST_GAP = 1e-3
/** Weight of the range loss beside the pinball loss, and the bound on its target; chosen in validation. */
const RANGE_LOSS_WEIGHT = 1
const RANGE_BOUND = 1.5

/**
 * Nine quantiles that cannot cross: the median, softplus steps away from it on either side (Gasthaus et al. 2019 use
 * the same idea for splines), and one output that stretches them all by its exponential. The target is the next return
 * divided by the causal volatility scale; the loss is the mean pinball loss max(tau e, (tau - 1) e) over the levels
 * (Koenker & Bassett 1978, no factor 2).
 *
 * The stretch has a second teacher: the log of the next session's range volatility over the scale, which says far more
 * about how volatile a session was than its one return does (Parkinson 1980); its squared error is added to the loss.
 *
 * The first weights give the training rows' empirical standardised quantiles on every row, which is filtered historical
 * simulation (Barone-Adesi et al. 1999): training is kept only where it beats that in validation.
 */
export const quantileHead: Head = {
  outputs: LEVELS + 1,
  lossColumns: 3,

  targets: (table) => Float64Array.from(table.targetPct, (target, t) => target / table.scalePct[t]!),

  lossTargets(table, trainingRows) {
    const targets = this.targets(table)
    const ranges = logRanges(table)
    const known = trainingRows.filter((t) => Number.isFinite(ranges[t]))
    const centre = known.reduce((sum, t) => sum + ranges[t]!, 0) / known.length
    const row = (t: number): number[] => {
      const isKnown = Number.isFinite(ranges[t]! - centre)
      const range = isKnown ? Math.min(Math.max(ranges[t]! - centre, -RANGE_BOUND), RANGE_BOUND) : 0
      return [Number.isFinite(targets[t]) ? targets[t]! : 0, range, isKnown ? RANGE_LOSS_WEIGHT : 0]
    }
    return Float32Array.from(Array.from(targets.keys(), row).flat())
  },

  initialise(weights, trainingTargets) {
    const { shape } = weights['head.weight']!
    return {
      ...weights,
      'head.weight': { shape, data: new Float32Array((LEVELS + 1) * shape[1]!) },
      'head.bias': { shape: [LEVELS + 1], data: Float32Array.of(...encode(empiricalQuantiles(trainingTargets)), 0) },
    }
  },

  decode: (raw) =>
    tf.tidy(() => {
      const [below, median, above, stretch] = columns(raw, [MEDIAN, 1, LEVELS - MEDIAN - 1, 1])
      const lower = tf.sub(median!, tf.cumsum(tf.softplus(below!), 1, false, true)) as tf.Tensor2D
      const upper = tf.add(median!, tf.cumsum(tf.softplus(above!), 1)) as tf.Tensor2D
      const quantiles = tf.mul(tf.concat2d([lower, median!, upper], 1), tf.exp(stretch!)) as tf.Tensor2D
      return tf.concat2d([quantiles, stretch!], 1)
    }),

  rowLoss: (decoded, target) =>
    tf.tidy(() => {
      const [quantiles, stretch] = columns(decoded, [LEVELS, 1])
      const [outcome, range, rangeWeight] = columns(target, [1, 1, 1])
      const levels = tf.tensor2d([...QUANTILE_LEVELS], [1, LEVELS])
      const error = tf.sub(outcome!, quantiles!)
      const pinball = tf.mean(tf.maximum(tf.mul(levels, error), tf.mul(tf.sub(levels, 1), error)), 1)
      const rangeLoss = tf.squeeze(tf.mul(tf.squaredDifference(stretch!, range!), rangeWeight!), [1])
      return tf.add(pinball, rangeLoss) as tf.Tensor1D
    }),
}

const columns = (table: tf.Tensor2D, sizes: number[]): tf.Tensor2D[] => tf.split(table, sizes, 1)

/** ln(range volatility of session t + 1 over the scale of t) (L); NaN or infinite where either is not known or zero. */
const logRanges = ({ rangePct, scalePct }: FeatureTable): Float64Array =>
  scalePct.map((scale, t) => Math.log((rangePct?.[t + 1] ?? Number.NaN) / scale))

/** Quantiles of a sample at `QUANTILE_LEVELS`. */
export function empiricalQuantiles(sample: Float64Array): number[] {
  const ascending = sample.slice().sort()
  return QUANTILE_LEVELS.map((level) => empiricalQuantile(ascending, level))
}

/** Raw outputs (9) that `decode` turns into the given quantiles when nothing is stretched. */
function encode(quantiles: readonly number[]): Float32Array {
  const step = (lower: number, upper: number) =>
    inverseSoftplus(Math.max(quantiles[upper]! - quantiles[lower]!, SMALLEST_GAP))
  return Float32Array.from(quantiles, (quantile, i) =>
    i === MEDIAN ? quantile : i < MEDIAN ? step(i, i + 1) : step(i - 1, i),
  )
}
