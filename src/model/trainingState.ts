import * as tf from '@tensorflow/tfjs'
import type { EpochProgress, MambaShape, TrainingState } from './forecaster.js'
import type { Progress } from './trainingStep.js'
import { parameterCount, unflattenWeights } from './weights.js'
import { toParameters } from './weightTensors.js'

/** A training between two epochs, on its backend. */
export interface RunningTraining {
  /** The epoch that comes next. */
  readonly epoch: number
  readonly current: Progress
  readonly best: EpochProgress & { readonly parameters: tf.Tensor[] }
  readonly seconds: number
}

/** Reads a training back from its backend, bit for bit; its tensors stay the caller's. */
export async function captureState({ epoch, current, best, seconds }: RunningTraining): Promise<TrainingState> {
  const { parameters, ...progress } = best
  const tensors = [...current.parameters, current.state.m, current.state.v, ...parameters]
  const numbers = new Float32Array(tensors.reduce((sum, { size }) => sum + size, 0))
  let offset = 0
  for (const part of await Promise.all(tensors.map((tensor) => tensor.data()))) {
    numbers.set(part, offset)
    offset += part.length
  }
  return { epoch, best: progress, backend: tf.getBackend(), seconds, numbers }
}

/**
 * The training that `captureState` has read, as tensors that the caller disposes.
 * @throws Error when it is of a network of another size.
 */
export function restoreState(shape: MambaShape, state: TrainingState): RunningTraining {
  const { epoch, best, seconds, numbers } = state
  const P = parameterCount(shape)
  if (numbers.length !== 4 * P)
    throw new Error(`a training state of ${numbers.length / 4} parameters cannot go on with ${P}`)
  const part = (i: number) => numbers.subarray(i * P, (i + 1) * P)
  const weights = (i: number) => toParameters(shape, unflattenWeights(shape, part(i)))
  return {
    current: { parameters: weights(0), state: { step: epoch, m: tf.tensor1d(part(1)), v: tf.tensor1d(part(2)) } },
    best: { ...best, parameters: weights(3) },
    ...{ epoch, seconds },
  }
}
