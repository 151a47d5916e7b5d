import type { AdjustedBar } from '../../domain/bar.js'
import { adjustedReturns, trainingReturns } from './adjustedReturns.js'
import type { Baseline } from './baseline.js'
import { meanSquareAbout } from './moments.js'
import { located, normalShape } from './shape.js'

/** Decay of daily variances (RiskMetrics Technical Document, 4th ed. 1996, section 5.3). */
export const LAMBDA = 0.94
/** Share of the training variance below which a forecast never falls: a suspended share will move again. */
const VARIANCE_FLOOR = 1e-6

/** Scale (percent) of the return after each bar, (bars.length): sigma2[t+1] = lambda sigma2[t] + (1 - lambda) r[t]^2. */
export function ewmaScales(bars: readonly AdjustedBar[], trainingVariance: number): Float64Array {
  let variance = trainingVariance
  return adjustedReturns(bars).map((value, t) => {
    if (t > 0) variance = LAMBDA * variance + (1 - LAMBDA) * value * value
    return Math.sqrt(Math.max(variance, VARIANCE_FLOOR * trainingVariance))
  })
}

/**
 * RiskMetrics: normal about 0 with an exponentially weighted variance that starts at the mean square of the training
 * returns. @throws UserError (in `fit`) on too few or constant returns.
 */
export const ewma: Baseline = {
  name: 'ewma',
  version: 1,
  fit(training) {
    const variance = meanSquareAbout(trainingReturns(training), 0)
    return {
      forecast: (bars, from) =>
        Array.from(ewmaScales(bars, variance).subarray(from), (scale) => located(normalShape, 0, scale)),
    }
  },
}
