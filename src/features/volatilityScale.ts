import { LEAST_VOLATILITY } from './logVolatility.js'
import { boundSpikes, parkinson } from './rangeVolatility.js'
import type { Series } from './series.js'

/** Weights of the mean log range variance over each window; they sum to 1, so the scale follows the prices' own. */
const WEIGHTS = [
  [1, 0.25],
  [5, 0.3],
  [22, 0.25],
  [66, 0.2],
] as const
const MONTH = 22
/** A session without a range, or with hardly any, counts as this share of the month's mean variance. */
const LEAST_SHARE = 1 / 36
/** How much a fall raises the log variance, how fast that fades, and the largest fall that counts, in daily volatilities. */
const LEVERAGE = 0.2
const LEVERAGE_DECAY = 0.7
const LARGEST_FALL = 4
/** Decay of the ratio between squared returns and range variances: ranges leave out the night. Half-life 138 sessions. */
const LEVEL_DECAY = 0.995

/**
 * Forecast volatility of the return after each session, as a fraction (L), floored at 0.01 %.
 *
 * A heterogeneous autoregression of log range variance with fixed weights (Corsi, J. Financ. Econometrics 7 (2009)
 * 174-196) and a leverage term (Corsi & Reno, J. Bus. Econ. Stat. 30 (2012) 368-380), put on the level of squared returns
 * by their slowly moving ratio. Nothing is fitted, so a row depends on earlier rows alone. The constants were chosen on
 * validation windows that end before the last 300 sessions.
 */
export function volatilityScale(series: Series): Float64Array {
  const variance = rangeVarianceForecast(series)
  const least = LEAST_VOLATILITY ** 2
  const scale = new Float64Array(series.length)
  let squared = least
  let forecast = least
  for (let t = 0; t < series.length; t++) {
    if (t > 0) {
      const decay = Math.min(LEVEL_DECAY, 1 - 1 / (t + 1))
      squared = decay * squared + (1 - decay) * (series.returnPct[t]! / 100) ** 2
      forecast = decay * forecast + (1 - decay) * variance[t - 1]!
    }
    scale[t] = Math.sqrt(Math.max((variance[t]! * squared) / forecast, least))
  }
  return scale
}

/** Forecast range variance of the session after each, as a fraction squared (L). */
function rangeVarianceForecast(series: Series): Float64Array {
  const log = logVariances(boundSpikes(parkinson(series)))
  const means = WEIGHTS.map(([window, weight]) => ({ weight, mean: runningMean(log, window) }))
  const month = runningMean(log, MONTH)
  let leverage = 0
  return log.map((_, t) => {
    const fall = t === 0 ? 0 : Math.max(-series.returnPct[t]!, 0) / (100 * Math.exp(month[t]! / 2))
    leverage = LEVERAGE_DECAY * leverage + (1 - LEVERAGE_DECAY) * Math.min(fall, LARGEST_FALL)
    return Math.exp(means.reduce((sum, { weight, mean }) => sum + weight * mean[t]!, 0) + LEVERAGE * leverage)
  })
}

/** Log of each variance (L), which is at least a share of the recent mean. */
function logVariances(variance: Float64Array): Float64Array {
  let recent = Math.max(variance[0] ?? 0, LEAST_VOLATILITY ** 2)
  return variance.map((value) => {
    const bounded = Math.max(value, LEAST_SHARE * recent, LEAST_VOLATILITY ** 2)
    recent += (bounded - recent) / MONTH
    return Math.log(bounded)
  })
}

/** Mean of the last `window` values at each row (L), over the rows there are while fewer; each summed afresh. */
function runningMean(x: Float64Array, window: number): Float64Array {
  return x.map((_, t) => {
    const from = Math.max(0, t - window + 1)
    let sum = 0
    for (let i = from; i <= t; i++) sum += x[i]!
    return sum / (t - from + 1)
  })
}
