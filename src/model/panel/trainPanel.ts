import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import { type FeatureTable, sliceTable } from '../../features/table.js'
import type { Checkpoint, EpochProgress, Normaliser, TrainingOptions, Weights } from '../forecaster.js'
import { heads } from '../heads/head.js'
import { initialWeights } from '../initialise.js'
import { fitNormaliser } from '../normaliser.js'
import { ensembleSize, joinMembers } from '../seedEnsemble.js'
import { diverged } from '../trainedCheckpoint.js'
import { diverging } from '../trainer.js'
import { prepareTraining, type TrainingData } from '../trainingData.js'
import { createBatch, type Progress, startFrom, trainingStep } from '../trainingStep.js'
import { parameterCount } from '../weights.js'
import { readWeights } from '../weightTensors.js'

/** One ticker of a panel. */
export interface PanelMember {
  readonly ticker: string
  /** In the columns of the panel (panelTable.ts). */
  readonly table: FeatureTable
  /** Rows [0, trainRows) may be seen; their targets must be known. */
  readonly trainRows: number
}

export interface PanelRequest {
  readonly members: readonly PanelMember[]
  readonly options: TrainingOptions
  readonly onEpoch?: (progress: EpochProgress) => void
  readonly signal?: AbortSignal
}

/**
 * Trains one network over all members: an epoch is one Adam step on the whole sequence of each in turn, with the weights
 * and the state of Adam shared. Features are in units of each ticker's own volatility, so one normaliser serves them all.
 * The weights of the lowest validation loss, averaged over members, are kept. Fine-tuning a member goes on from the
 * checkpoint by `train` (`warmStart`). An ensemble is as many panels, each from a seed of its own.
 *
 * @throws UserError when a member has too few rows or does not move, or training diverges; the signal's reason.
 */
export async function trainPanel(request: PanelRequest): Promise<Checkpoint> {
  const { ensemble, ...options } = request.options
  const trained: Checkpoint[] = []
  for (let i = 0; i < ensembleSize(request.options); i++)
    trained.push(await trainOne({ ...request, options: { ...options, seed: options.seed + i } }))
  return joinMembers(request, trained)
}

async function trainOne(request: PanelRequest): Promise<Checkpoint> {
  const started = performance.now()
  const { members, options } = request
  const normaliser = pooledNormaliser(members)
  const data = members.map(({ table, trainRows }) => prepareTraining({ table, trainRows, options, normaliser }))
  const { shape } = data[0]!
  const { weights, epoch, ...losses } = await fit(request, data)
  const sessions = members
    .flatMap(({ table, trainRows }) => [table.sessions[0]!, table.sessions[trainRows - 1]!])
    .sort()
  return {
    ...{ options, shape, featureNames: members[0]!.table.names, normaliser, weights, residualQuantiles: null },
    ...{ trainStart: sessions[0]!, trainEnd: sessions.at(-1)!, epochs: epoch, ...losses },
    trainRows: members.reduce((sum, { trainRows }) => sum + trainRows, 0),
    ...{ backend: tf.getBackend(), parameters: parameterCount(shape), seconds: (performance.now() - started) / 1000 },
  }
}

/** Fitted on the rows of all members that count in the training loss or come before one that does. */
function pooledNormaliser(members: readonly PanelMember[]): Normaliser {
  const seen = members.map(({ table, trainRows }) => sliceTable(table, 0, trainRows))
  const values = new Float64Array(seen.reduce((sum, table) => sum + table.values.length, 0))
  let offset = 0
  for (const table of seen) {
    values.set(table.values, offset)
    offset += table.values.length
  }
  const [first] = seen
  return fitNormaliser({ ...first!, values }, values.length / first!.names.length)
}

type Best = Omit<EpochProgress, 'maxEpochs'> & { readonly parameters: tf.Tensor[] }

async function fit(
  { options, onEpoch, signal }: PanelRequest,
  data: readonly TrainingData[],
): Promise<Omit<Best, 'parameters'> & { weights: Weights }> {
  const { shape } = data[0]!
  const batches = data.map(createBatch)
  const targets = Float64Array.from(data.flatMap(({ trainTargets }) => [...trainTargets]))
  let current = startFrom(shape, heads[options.head].initialise(initialWeights(shape, options.seed), targets))
  let best: Best | undefined
  try {
    for (let epoch = 0; epoch <= options.maxEpochs; epoch++) {
      await setImmediate() // lets an abort through
      signal?.throwIfAborted()
      const parameters = current.parameters.map((tensor) => tensor.clone())
      const losses: number[][] = []
      for (const batch of batches) {
        const { losses: both, next } = diverging(epoch, () => trainingStep(shape, options, batch, current))
        losses.push([...(await both.data())])
        tf.dispose([both, ...tensorsOf(current)])
        current = next
      }
      const trainLoss = meanOf(losses, 0)
      const validationLoss = options.validationShare === 0 ? trainLoss : meanOf(losses, 1)
      const keep = !best || options.validationShare === 0 || validationLoss < best.validationLoss
      tf.dispose(keep ? (best?.parameters ?? []) : parameters)
      if (keep) best = { epoch, trainLoss, validationLoss, parameters }
      if (!Number.isFinite(trainLoss + validationLoss)) throw diverged(epoch)
      onEpoch?.({ epoch, maxEpochs: options.maxEpochs, trainLoss, validationLoss })
      if (epoch - best!.epoch >= options.patience) break
    }
    const { parameters, ...progress } = best!
    return { ...progress, weights: await readWeights(shape, parameters) }
  } finally {
    tf.dispose([
      ...batches.flatMap((batch) => Object.values(batch)),
      ...tensorsOf(current),
      ...(best?.parameters ?? []),
    ])
  }
}

const tensorsOf = ({ parameters, state }: Progress): tf.Tensor[] => [...parameters, state.m, state.v]

const meanOf = (losses: readonly number[][], i: number): number =>
  losses.reduce((sum, both) => sum + both[i]!, 0) / losses.length
