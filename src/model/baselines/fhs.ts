import { trainingReturns } from './adjustedReturns.js'
import type { Baseline } from './baseline.js'
import { ewmaScales } from './ewma.js'
import { meanSquareAbout } from './moments.js'
import { empiricalShape, located } from './shape.js'

/**
 * Filtered historical simulation (Barone-Adesi, Giannopoulos & Vosper 1999; Hull & White 1998): the EWMA scale times
 * mean and quantiles of the training returns, each divided by the scale forecast for its day.
 * @throws UserError (in `fit`) on too few or constant returns.
 */
export const fhs: Baseline = {
  name: 'fhs',
  version: 1,
  fit(training) {
    const returns = trainingReturns(training)
    const variance = meanSquareAbout(returns, 0)
    const scales = ewmaScales(training, variance)
    const shape = empiricalShape(returns.map((value, t) => value / scales[t]!))
    return {
      forecast: (bars, from) =>
        Array.from(ewmaScales(bars, variance).subarray(from), (scale) => located(shape, 0, scale)),
    }
  },
}
