import type { AdjustedBar } from '../../domain/bar.js'
import { adjustedReturns, trainingReturns } from './adjustedReturns.js'
import type { Baseline } from './baseline.js'
import { fitGarch, type GarchParameters, nextVariance } from './garchLikelihood.js'
import { located, studentTShape } from './shape.js'

/** Standard deviation (percent) of the return after each bar, (bars.length). */
function garchScales(bars: readonly AdjustedBar[], parameters: GarchParameters): Float64Array {
  let variance = parameters.initialVariance
  return adjustedReturns(bars).map((value, t) => {
    if (t > 0) variance = nextVariance(parameters, value, variance)
    return Math.sqrt(variance)
  })
}

/**
 * GARCH(1,1) with Student t errors and a constant mean (Bollerslev 1986, 1987), by maximum likelihood.
 * @throws UserError (in `fit`) on too few or constant returns.
 */
export const garch: Baseline = {
  name: 'garch',
  version: 1,
  fit(training) {
    const parameters = fitGarch(trainingReturns(training))
    const shape = studentTShape(parameters.nu)
    return {
      forecast: (bars, from) =>
        Array.from(garchScales(bars, parameters).subarray(from), (scale) => located(shape, parameters.mu, scale)),
    }
  },
}
