import type { AdjustedBar } from '../../domain/bar.js'
import { trainingReturns } from './adjustedReturns.js'
import type { Baseline } from './baseline.js'
import { type LinearFit, leastSquares } from './leastSquares.js'
import { empiricalShape, located } from './shape.js'

/** Day, week and month, in sessions (Corsi 2009). */
const SPANS = [1, 5, 22] as const
const LONGEST_SPAN = SPANS[2]

/** Variance of a session from its range, as a fraction squared (Parkinson 1980): ln(H/L)^2 / (4 ln 2). */
const parkinson = ({ high, low }: AdjustedBar): number => Math.log(high / low) ** 2 / (4 * Math.LN2)

/**
 * Logarithm of each session's range variance, (bars.length). A session without a range (untraded, or locked at its
 * price limit) says nothing about it and repeats the one before; 0 until the first that has one.
 */
export function logRangeVariances(bars: readonly AdjustedBar[]): Float64Array {
  let last = 0
  return Float64Array.from(bars, (bar) => {
    const variance = parkinson(bar)
    if (variance > 0) last = Math.log(variance)
    return last
  })
}

/** Mean of the last `span` values at each position, of as many as there are at the start. */
function trailingMeans(values: Float64Array, span: number): Float64Array {
  return values.map((_, t) => {
    const first = Math.max(t - span + 1, 0)
    let sum = 0
    for (let k = first; k <= t; k++) sum += values[k]!
    return sum / (t - first + 1)
  })
}

const regressorsOf = (bars: readonly AdjustedBar[]): Float64Array[] => {
  const values = logRangeVariances(bars)
  return SPANS.map((span) => trailingMeans(values, span))
}

/** Forecast range scale of the session after each bar, (bars.length), as a fraction. */
function harScales(bars: readonly AdjustedBar[], { intercept, slopes }: LinearFit): Float64Array {
  const regressors = regressorsOf(bars)
  return Float64Array.from(bars, (_, t) =>
    Math.exp(0.5 * slopes.reduce((sum, slope, i) => sum + slope * regressors[i]![t]!, intercept)),
  )
}

/** log v[t+1] = c + b1 v1[t] + b2 v5[t] + b3 v22[t], v.. the means of log range variance over the spans. */
export function fitHar(bars: readonly AdjustedBar[]): LinearFit {
  const target = logRangeVariances(bars).subarray(LONGEST_SPAN)
  return leastSquares(
    target,
    regressorsOf(bars).map((column) => column.subarray(LONGEST_SPAN - 1, bars.length - 1)),
  )
}

/**
 * Heterogeneous autoregression (Corsi 2009) of the log range variance (Parkinson 1980). The forecast scale is turned
 * into a return by the mean and quantiles of the training returns, each divided by the scale forecast for its day.
 * @throws UserError (in `fit`) on too few or constant returns. Without any range in training it is `hist`.
 */
export const har: Baseline = {
  name: 'har',
  version: 1,
  fit(training) {
    const returns = trainingReturns(training)
    const fit = fitHar(training)
    const scales = harScales(training, fit)
    const shape = empiricalShape(returns.map((value, t) => value / scales[t]!).subarray(LONGEST_SPAN - 1))
    return {
      forecast: (bars, from) => Array.from(harScales(bars, fit).subarray(from), (scale) => located(shape, 0, scale)),
    }
  },
}
