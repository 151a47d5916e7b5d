import { trainingReturns } from './adjustedReturns.js'
import type { Baseline } from './baseline.js'
import { constant } from './constant.js'
import { meanOf, meanSquareAbout } from './moments.js'
import { located, normalShape } from './shape.js'

/**
 * Random walk with drift: the mean training return. As a distribution: normal with the training variance.
 * @throws UserError (in `fit`) on too few or constant returns.
 */
export const drift: Baseline = {
  name: 'drift',
  version: 1,
  fit(training) {
    const returns = trainingReturns(training)
    const mean = meanOf(returns)
    return constant(located(normalShape, mean, Math.sqrt(meanSquareAbout(returns, mean))))
  },
}
