import { trainingReturns } from './adjustedReturns.js'
import type { Baseline } from './baseline.js'
import { constant } from './constant.js'
import { empiricalShape } from './shape.js'

/**
 * Historical simulation: mean and quantiles of the training returns, every day.
 * @throws UserError (in `fit`) on too few or constant returns.
 */
export const hist: Baseline = {
  name: 'hist',
  version: 1,
  fit: (training) => constant(empiricalShape(trainingReturns(training))),
}
