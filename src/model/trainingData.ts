import { UserError } from '../domain/errors.js'
import { type FeatureTable, sliceTable } from '../features/table.js'
import { MIN_TRAINING_ROWS } from './defaults.js'
import type { MambaShape, Normaliser, TrainingOptions, TrainRequest } from './forecaster.js'
import { heads } from './heads/head.js'
import { fitNormaliser, normalise } from './normaliser.js'

/** Everything the training loop needs, as plain arrays. L = trainRows. */
export interface TrainingData {
  readonly shape: MambaShape
  readonly normaliser: Normaliser
  /** (L, F) */ readonly inputs: Float32Array
  /** (L, lossColumns of the head) */ readonly targets: Float32Array
  /** (L) weight of each row in the training loss; sums to 1. */ readonly trainWeights: Float32Array
  /** (L) weight of each row in the validation loss; sums to 1, or to 0 without validation. */
  readonly validationWeights: Float32Array
  /** Known targets of the rows that count in the training loss. */
  readonly trainTargets: Float64Array
}

/** What a training says of its data. */
export type DataRequest = Pick<TrainRequest, 'table' | 'trainRows' | 'options' | 'warmStart'> & {
  /** In place of one fitted on these rows. */
  readonly normaliser?: Normaliser
}

/**
 * Splits rows [0, trainRows) into training and, at their end, validation rows, and fits the normaliser on the training
 * rows (a warm start keeps its own, which its weights were made for).
 * @throws UserError when too few outcomes are known or all returns are equal.
 */
export function prepareTraining({
  table,
  trainRows,
  options,
  warmStart,
  normaliser: given,
}: DataRequest): TrainingData {
  const seen = sliceTable(table, 0, trainRows)
  const targets = heads[options.head].targets(seen)
  const known = [...targets.keys()].filter((t) => Number.isFinite(targets[t]))
  checkOutcomes(seen, known)
  const validationRows = Math.round(options.validationShare * known.length)
  const split = known.length - validationRows
  const trainKnown = known.slice(Math.max(0, split - (options.trainWindow ?? split)), split)
  const normaliser = warmStart?.normaliser ?? given ?? fitNormaliser(seen, trainKnown.at(-1)! + 1)
  return {
    shape: shapeOf(options, table),
    normaliser,
    inputs: normalise(seen, normaliser),
    targets: heads[options.head].lossTargets(seen, trainKnown),
    trainWeights: evenWeights(trainRows, trainKnown),
    validationWeights: evenWeights(trainRows, known.slice(split)),
    trainTargets: Float64Array.from(trainKnown, (t) => targets[t]!),
  }
}

function checkOutcomes({ targetPct }: FeatureTable, known: readonly number[]): void {
  const returns = targetPct.filter(Number.isFinite)
  if (returns.length > 1 && returns.every((value) => value === returns[0])) {
    throw new UserError('the price never changes in the training window: there is nothing to learn')
  }
  if (known.length < MIN_TRAINING_ROWS) {
    throw new UserError(
      `training needs at least ${MIN_TRAINING_ROWS} sessions with a known next return, and there are ${known.length}`,
    )
  }
}

function evenWeights(rows: number, counted: readonly number[]): Float32Array {
  const weights = new Float32Array(rows)
  for (const t of counted) weights[t] = 1 / counted.length
  return weights
}

function shapeOf(options: TrainingOptions, { names, context }: FeatureTable): MambaShape {
  const { dModel, nLayers, dState, expand, dConv, dtRank } = options
  const { outputs } = heads[options.head]
  return {
    ...{ features: names.length, dModel, nLayers, dState, expand, dConv, dtRank, outputs },
    ...(context && { context }),
  }
}
