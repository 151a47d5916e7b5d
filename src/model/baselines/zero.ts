import { trainingReturns } from './adjustedReturns.js'
import type { Baseline } from './baseline.js'
import { constant } from './constant.js'
import { meanSquareAbout } from './moments.js'
import { located, normalShape } from './shape.js'

/**
 * Persistence: tomorrow's close is today's. As a distribution: normal about 0 with the mean square of the training
 * returns as its variance. @throws UserError (in `fit`) on too few or constant returns.
 */
export const zero: Baseline = {
  name: 'zero',
  version: 1,
  fit: (training) => constant(located(normalShape, 0, Math.sqrt(meanSquareAbout(trainingReturns(training), 0)))),
}
