import { UserError } from '../domain/errors.js'
import type { TrainRequest } from './forecaster.js'

const SHAPE_KEYS = ['head', 'dModel', 'nLayers', 'dState', 'expand', 'dConv', 'dtRank'] as const

/**
 * Checks that training may go on from `request.warmStart`: same features, same network, and nothing seen that lies
 * after the training window.
 * @throws UserError naming what differs
 */
export function checkWarmStart({ warmStart, table, trainRows, options }: TrainRequest): void {
  if (!warmStart) return
  if (warmStart.featureNames.join('\n') !== table.names.join('\n')) {
    throw new UserError('cannot fine-tune: the stored model was trained on other features; retrain instead')
  }
  const differing = SHAPE_KEYS.find((key) => warmStart.options[key] !== options[key])
  if (differing) {
    const [before, now] = [warmStart.options[differing], options[differing]]
    throw new UserError(`cannot fine-tune: ${differing} is ${now}, the stored model has ${before}; retrain instead`)
  }
  const end = table.sessions[trainRows - 1]!
  if (warmStart.trainEnd > end) {
    throw new UserError(`cannot fine-tune on sessions up to ${end}: the stored model has seen ${warmStart.trainEnd}`)
  }
}
