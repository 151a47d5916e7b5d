import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import { initialAdamState } from '../../kernels/adam/adam.js'
import type { Checkpoint, EpochProgress, MambaShape, TrainingOptions, TrainRequest } from '../forecaster.js'
import { diverged, firstWeights, trainedCheckpoint } from '../trainedCheckpoint.js'
import { prepareTraining, type TrainingData } from '../trainingData.js'
import { descend, lossOfRows, type Progress } from '../trainingStep.js'
import { checkWarmStart } from '../warmStart.js'
import { blockSizes, flattenWeights, parameterCount, sizeOf, unflattenWeights, weightShapes } from '../weights.js'
import { batchesOf } from './batchesOf.js'
import { epochsUntilLook } from './epochsUntilLook.js'
import { keepBest, nothingKept } from './keepBest.js'
import { LossRecord } from './lossRecord.js'
import { createPaddedBatch } from './paddedBatch.js'

/** Floats that a batch may keep for its backward pass (2 GiB). */
const MOST_FLOATS = 2 ** 29

/** One of the models that are trained together. */
interface Member {
  readonly index: number
  readonly request: TrainRequest
  readonly data: TrainingData
  readonly record: LossRecord
  error?: unknown
}

/**
 * Trains many networks, each as `train` would alone: those with equal options at once, in batches of about equal length,
 * with weights of their own (a leading dimension of models), normaliser, early stopping and progress. A training that fails
 * or is aborted stops no other. Losses are read after the first epoch, then every tenth, or oftener where epochs are long
 * (epochsUntilLook.ts); progress comes in as many at a time.
 */
export async function trainTogether(requests: readonly TrainRequest[]): Promise<PromiseSettledResult<Checkpoint>[]> {
  const results = new Array<PromiseSettledResult<Checkpoint>>(requests.length)
  const members = requests.flatMap((request, index) => {
    try {
      checkWarmStart(request)
      return [{ index, request, data: prepareTraining(request), record: new LossRecord(request.options) }]
    } catch (reason) {
      results[index] = { status: 'rejected', reason }
      return []
    }
  })
  for (const alike of groupsOf(members)) {
    const lengths = alike.map(({ data }) => data.trainWeights.length)
    for (const batch of batchesOf(lengths, MOST_FLOATS / floatsPerRow(alike[0]!.data.shape))) {
      const chosen = batch.map((i) => alike[i]!)
      const settled = await trainBatch(chosen)
      for (const [i, { index }] of chosen.entries()) results[index] = settled[i]!
    }
  }
  return results
}

/** Members that may share a batch: all options alike but the seed. */
function groupsOf(members: readonly Member[]): Member[][] {
  const groups = new Map<string, Member[]>()
  for (const member of members) {
    const key = JSON.stringify([{ ...member.request.options, seed: 0 }, member.data.shape])
    groups.set(key, [...(groups.get(key) ?? []), member])
  }
  return [...groups.values()]
}

/** What one row takes, roughly: the inputs and outputs of each operation, and their gradients. */
function floatsPerRow(shape: MambaShape): number {
  const { D, E, N } = blockSizes(shape)
  return shape.nLayers * (3 * D + 12 * E + 4 * N + (E * N) / 8) + 4 * shape.outputs + shape.features
}

async function trainBatch(members: readonly Member[]): Promise<PromiseSettledResult<Checkpoint>[]> {
  const started = performance.now()
  const best = await fit(members)
  const seconds = (performance.now() - started) / 1000 / members.length
  const P = best.length / members.length
  return Promise.allSettled(
    members.map(async ({ request, data, record, error }, m) => {
      if (error !== undefined) throw error
      const weights = unflattenWeights(data.shape, best.slice(m * P, (m + 1) * P))
      return trainedCheckpoint(request, data, { ...record.best, weights, seconds })
    }),
  )
}

/** The weights that each model keeps, one after the other (M · P). */
async function fit(members: readonly Member[]): Promise<Float32Array> {
  const [{ request, data }] = members as [Member]
  const { options } = request
  const batch = createPaddedBatch(members.map((member) => member.data))
  const [M, L] = batch.trainWeights.shape
  const rowLosses = ([parameters]: tf.Tensor[]) =>
    lossOfRows(data.shape, options, batch, split(data.shape, parameters as tf.Tensor2D)).reshape([M, L])
  let current = start(members)
  let kept = nothingKept(current.parameters[0] as tf.Tensor2D)
  let unread: tf.Tensor[] = []
  let lookAfter = 1
  let looked = performance.now()
  try {
    for (let epoch = 0; epoch <= options.maxEpochs && members.some(isRunning); epoch++) {
      await setImmediate() // lets an abort through
      dropAborted(members)
      const { losses, next } = descend(rowLosses, options, batch, current)
      unread.push(losses)
      const after = keepBest(kept, current.parameters[0] as tf.Tensor2D, losses, options)
      tf.dispose([tensorsOf(current), Object.values(kept)])
      current = next
      kept = after
      if (unread.length < lookAfter && epoch < options.maxEpochs) continue
      await look(members, unread, epoch + 1 - unread.length, options)
      const now = performance.now()
      lookAfter = epochsUntilLook(unread.length, now - looked)
      looked = now
      unread = []
    }
    return await kept.parameters.data<'float32'>()
  } finally {
    tf.dispose([Object.values(batch), tensorsOf(current), Object.values(kept), unread])
  }
}

const tensorsOf = ({ parameters, state }: Progress): tf.Tensor[] => [...parameters, state.m, state.v]

/** All first weights as one tensor (M, P), and the optimiser's state. */
function start(members: readonly Member[]): Progress {
  const P = parameterCount(members[0]!.data.shape)
  const flat = new Float32Array(members.length * P)
  for (const [m, { request, data }] of members.entries())
    flat.set(flattenWeights(data.shape, firstWeights(request, data)), m * P)
  const parameters = [tf.tensor2d(flat, [members.length, P])]
  return { parameters, state: initialAdamState(parameters) }
}

/** The weights in canonical order, each with a leading dimension of models. */
function split(shape: MambaShape, parameters: tf.Tensor2D): tf.Tensor[] {
  const shapes = weightShapes(shape).map(([, dims]) => dims)
  const parts = tf.split(parameters, shapes.map(sizeOf), 1)
  return parts.map((part, i) => part.reshape([parameters.shape[0], ...shapes[i]!]))
}

const isRunning = ({ record, error }: Member): boolean => error === undefined && !record.isEnded

function dropAborted(members: readonly Member[]): void {
  for (const member of members)
    if (isRunning(member) && member.request.signal?.aborted) member.error = member.request.signal.reason
}

/** Reads the losses (2, M) of some epochs, the first of them `from`, and frees them. */
async function look(
  members: readonly Member[],
  unread: readonly tf.Tensor[],
  from: number,
  { maxEpochs, validationShare }: TrainingOptions,
): Promise<void> {
  const all = tf.stack([...unread])
  const values = await all.data()
  tf.dispose([all, ...unread])
  const M = members.length
  for (const [m, member] of members.entries())
    for (let i = 0; i < unread.length && isRunning(member); i++) {
      const [trainLoss, validation] = [values[2 * i * M + m]!, values[(2 * i + 1) * M + m]!]
      const validationLoss = validationShare === 0 ? trainLoss : validation
      see(member, { epoch: from + i, maxEpochs, trainLoss, validationLoss })
    }
}

function see(member: Member, progress: EpochProgress): void {
  if (member.record.see(progress)) member.request.onEpoch?.(progress)
  else member.error = diverged(progress.epoch)
}
