/** Daily volatility below which nothing is told apart: 0.01 %. A price that does not move has this much. */
export const LEAST_VOLATILITY = 1e-4

const LEAST_RELATIVE = -3

/** ln of the standard deviation of a daily variance (L) over the forecast volatility (L), floored at -3; NaN stays NaN. */
export function relativeLogVolatility(variance: Float64Array, volatility: Float64Array): Float64Array {
  return logVolatility(variance).map((log, t) => Math.max(log - Math.log(volatility[t]!), LEAST_RELATIVE))
}

/** ln of the standard deviation of a daily variance (L), floored at 0.01 %; NaN stays NaN. */
export function logVolatility(variance: Float64Array): Float64Array {
  return variance.map((value) => 0.5 * Math.log(Math.max(value, LEAST_VOLATILITY ** 2)))
}
