import { type Distribution, QUANTILE_LEVELS } from '../../domain/forecast.js'
import { empiricalQuantile } from '../empiricalQuantile.js'
import { meanOf } from './moments.js'
import { ndtri } from './specialFunctions.js'
import { studentTQuantile } from './studentT.js'

/** The standard normal distribution. */
export const normalShape: Distribution = { mean: 0, quantiles: QUANTILE_LEVELS.map(ndtri) }

/** Student's t with `nu` > 2 degrees of freedom, scaled to unit variance. */
export function studentTShape(nu: number): Distribution {
  const unit = Math.sqrt((nu - 2) / nu)
  return { mean: 0, quantiles: QUANTILE_LEVELS.map((level) => unit * studentTQuantile(level, nu)) }
}

/** A sample's own mean and quantiles (Hyndman & Fan 1996, type 7). @throws RangeError when it is empty. */
export function empiricalShape(sample: Float64Array): Distribution {
  const ascending = sample.toSorted()
  return { mean: meanOf(ascending), quantiles: QUANTILE_LEVELS.map((level) => empiricalQuantile(ascending, level)) }
}

/** The distribution of `location + scale * z` where z has the given shape; scale >= 0. */
export const located = (shape: Distribution, location: number, scale: number): Distribution => ({
  mean: location + scale * shape.mean,
  quantiles: shape.quantiles.map((quantile) => location + scale * quantile),
})
