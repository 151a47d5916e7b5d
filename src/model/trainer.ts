import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import { UserError } from '../domain/errors.js'
import { KernelInputError } from '../kernels/kernelInputError.js'
import type { Checkpoint, EpochProgress, Train, TrainRequest, Weights } from './forecaster.js'
import { heads } from './heads/head.js'
import { initialWeights } from './initialise.js'
import { residualQuantiles } from './predict.js'
import { prepareTraining, type TrainingData } from './trainingData.js'
import { type Batch, createBatch, type Progress, startFrom, trainingStep } from './trainingStep.js'
import { checkWarmStart } from './warmStart.js'
import { parameterCount } from './weights.js'
import { readWeights } from './weightTensors.js'

/**
 * Trains one network: the whole sequence is one batch, each epoch one Adam step. The network is causal, so one forward
 * pass gives the loss on the training rows and on the later validation rows at once. The weights of the lowest
 * validation loss are kept, the first weights included; training stops `patience` epochs after them.
 */
export const train: Train = async (request) => {
  const started = performance.now()
  const { table, trainRows, options } = request
  checkWarmStart(request)
  const data = prepareTraining(request)
  const { epoch, trainLoss, validationLoss, weights } = await fit(request, data)
  const checkpoint: Checkpoint = {
    ...{ options, shape: data.shape, featureNames: table.names, normaliser: data.normaliser, weights },
    ...{ residualQuantiles: null, trainStart: table.sessions[0]!, trainEnd: table.sessions[trainRows - 1]!, trainRows },
    ...{ epochs: epoch, trainLoss, validationLoss, backend: tf.getBackend(), parameters: parameterCount(data.shape) },
    seconds: (performance.now() - started) / 1000,
  }
  if (options.head === 'quantile') return checkpoint
  return { ...checkpoint, residualQuantiles: await residualQuantiles(checkpoint, table, trainRows) }
}

type Kept = EpochProgress & { readonly parameters: tf.Tensor[] }

async function fit(request: TrainRequest, data: TrainingData): Promise<EpochProgress & { weights: Weights }> {
  const { options, onEpoch, signal } = request
  const batch = createBatch(data)
  let current = startFrom(data.shape, firstWeights(request, data))
  let best: Kept | undefined
  try {
    for (let epoch = 0; epoch <= options.maxEpochs; epoch++) {
      await setImmediate() // lets an abort, or the requests of a server, through
      signal?.throwIfAborted()
      const { next, ...losses } = await step(request, data, batch, current, epoch)
      const progress = { epoch, maxEpochs: options.maxEpochs, ...losses }
      const keep = !best || options.validationShare === 0 || progress.validationLoss < best.validationLoss
      tf.dispose([current.state.m, current.state.v, ...(keep ? (best?.parameters ?? []) : current.parameters)])
      if (keep) best = { ...progress, parameters: current.parameters }
      current = next
      onEpoch?.(progress)
      if (epoch - best!.epoch >= options.patience) break
    }
    const { parameters, ...progress } = best!
    return { ...progress, weights: await readWeights(data.shape, parameters) }
  } finally {
    tf.dispose([...Object.values(batch), ...current.parameters, current.state.m, current.state.v])
    tf.dispose(best?.parameters ?? [])
  }
}

function firstWeights({ options, warmStart }: TrainRequest, { shape, trainTargets }: TrainingData): Weights {
  return warmStart?.weights ?? heads[options.head].initialise(initialWeights(shape, options.seed), trainTargets)
}

interface StepResult {
  readonly next: Progress
  readonly trainLoss: number
  /** The training loss where there are no validation rows. */
  readonly validationLoss: number
}

async function step(
  { options }: TrainRequest,
  { shape }: TrainingData,
  batch: Batch,
  current: Progress,
  epoch: number,
): Promise<StepResult> {
  const { losses, next } = diverging(epoch, () => trainingStep(shape, options, batch, current))
  const [trainLoss, validationLoss] = (await losses.data()) as unknown as [number, number]
  tf.dispose(losses)
  if (!Number.isFinite(trainLoss) || !Number.isFinite(validationLoss)) {
    tf.dispose([...next.parameters, next.state.m, next.state.v])
    throw diverged(epoch)
  }
  return { next, trainLoss, validationLoss: options.validationShare === 0 ? trainLoss : validationLoss }
}

/** After the first epoch a kernel refuses its input only when the weights have become NaN: shapes stay as they are. */
function diverging<T>(epoch: number, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof KernelInputError && epoch > 0) throw diverged(epoch, error)
    throw error
  }
}

const diverged = (epoch: number, cause?: unknown): UserError =>
  new UserError(`training diverged at epoch ${epoch}: try a lower learning rate`, { cause })
