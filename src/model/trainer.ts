import { setImmediate } from 'node:timers/promises'
import * as tf from '@tensorflow/tfjs'
import { gainsBySideBySide } from '../kernels/backend.js'
import { KernelInputError } from '../kernels/kernelInputError.js'
import type { Checkpoint, Train, TrainRequest } from './forecaster.js'
import { joinMembers, memberRequests } from './seedEnsemble.js'
import { trainTogether } from './sideBySide/trainTogether.js'
import { diverged, firstWeights, trainedCheckpoint } from './trainedCheckpoint.js'
import { prepareTraining, type TrainingData } from './trainingData.js'
import { captureState, type RunningTraining, restoreState } from './trainingState.js'
import { type Batch, createBatch, type Progress, startFrom, trainingStep } from './trainingStep.js'
import { checkWarmStart } from './warmStart.js'
import { readWeights } from './weightTensors.js'

/**
 * Trains one network, or one for each member of an ensemble: the whole sequence is one batch, each epoch one Adam step.
 * The network is causal, so one forward pass gives the loss on the training rows and on the later validation rows at once.
 * The weights of the lowest validation loss are kept, the first weights included; training stops `patience` epochs after
 * them.
 */
export const train: Train = async (request) => unwrap((await trainAll([request]))[0]!)

/**
 * Trains a model for each request on the active backend: at once where that is faster, one after the other where it is
 * not. One that fails stops no other.
 */
export async function trainAll(requests: readonly TrainRequest[]): Promise<PromiseSettledResult<Checkpoint>[]> {
  const members = requests.map(memberRequests)
  const all = members.flat()
  const results = gainsBySideBySide() ? await trainTogether(all) : await trainInTurn(all)
  const starts = members.map((_, i) => members.slice(0, i).reduce((sum, { length }) => sum + length, 0))
  const joined = requests.map(async (request, i) => {
    const own = results.slice(starts[i]!, starts[i]! + members[i]!.length)
    return joinMembers(request, own.map(unwrap))
  })
  return Promise.allSettled(joined)
}

async function trainInTurn(requests: readonly TrainRequest[]): Promise<PromiseSettledResult<Checkpoint>[]> {
  const results: PromiseSettledResult<Checkpoint>[] = []
  for (const request of requests) results.push(...(await Promise.allSettled([trainOne(request)])))
  return results
}

async function trainOne(request: TrainRequest): Promise<Checkpoint> {
  checkWarmStart(request)
  const data = prepareTraining(request)
  return trainedCheckpoint(request, data, await fit(request, data))
}

function unwrap<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason
  return result.value
}

async function fit(request: TrainRequest, data: TrainingData) {
  const { options, onEpoch, signal, continuation } = request
  const batch = createBatch(data)
  let { epoch, current, best, seconds } = begin(request, data)
  const watch = new Stopwatch(seconds, continuation?.everySeconds)
  try {
    for (; epoch <= options.maxEpochs; epoch++) {
      await setImmediate() // lets an abort, or the requests of a server, through
      if (best && continuation && (signal?.aborted || watch.isDue()))
        continuation.keep(await captureState({ epoch, current, best, seconds: watch.seconds }))
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
    return { ...progress, weights: await readWeights(data.shape, parameters), seconds: watch.seconds }
  } finally {
    tf.dispose([...Object.values(batch), ...current.parameters, current.state.m, current.state.v])
    tf.dispose(best?.parameters ?? [])
  }
}

function begin(request: TrainRequest, data: TrainingData): Omit<RunningTraining, 'best'> & Partial<RunningTraining> {
  const from = request.continuation?.from
  if (from?.backend === tf.getBackend()) return restoreState(data.shape, from)
  return { epoch: 0, current: startFrom(data.shape, firstWeights(request, data)), seconds: 0 }
}

/** Time spent on a training, and whether its state is to be kept again. */
class Stopwatch {
  readonly #started = performance.now()
  #kept = this.#started

  constructor(
    private readonly before: number,
    private readonly everySeconds = Number.POSITIVE_INFINITY,
  ) {}

  get seconds(): number {
    return this.before + (performance.now() - this.#started) / 1000
  }

  isDue(): boolean {
    const now = performance.now()
    if (now - this.#kept < this.everySeconds * 1000) return false
    this.#kept = now
    return true
  }
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

/**
 * Runs a step.
 * @throws UserError when training has diverged: after the first epoch a kernel refuses its input only when
 * the weights have become NaN, for shapes stay as they are.
 */
export function diverging<T>(epoch: number, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof KernelInputError && epoch > 0) throw diverged(epoch, error)
    throw error
  }
}
