import type { Checkpoint, Train } from '../forecaster.js'
import type { NextDayRequest } from './nextDayExperiment.js'

/** A training of the product's own model, and what it cost. */
export interface NextDayTraining {
  readonly checkpoint: Checkpoint
  /** Of every epoch, on the training rows. */
  readonly losses: readonly number[]
}

/** The training that a request for the product's own model begins with, by any trainer. */
export async function trainForNextDay(
  train: Train,
  { table, trainRows, options, onEpoch, warmStart }: NextDayRequest,
  signal?: AbortSignal,
): Promise<NextDayTraining> {
  const losses: number[] = []
  const checkpoint = await train({
    ...{ table, trainRows, options, ...(warmStart && { warmStart }), ...(signal && { signal }) },
    onEpoch: (progress) => {
      losses.push(progress.trainLoss)
      onEpoch?.(progress)
    },
  })
  return { checkpoint, losses }
}
