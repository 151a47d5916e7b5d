import type { TickerProgress } from '../domain/run.js'
import type { EpochProgress } from '../model/forecaster.js'

/**
 * Turns the epochs of a training into progress, with the seconds that it still takes at the pace since its first epoch
 * here, whether it began or was taken up; early stopping may end it sooner.
 */
export function trainingProgress(
  stage: 'train' | 'backtest',
  onProgress: (progress: TickerProgress) => void,
  now: () => number = performance.now.bind(performance),
): (progress: EpochProgress) => void {
  let first: { readonly epoch: number; readonly at: number } | undefined
  return ({ epoch, maxEpochs, validationLoss }) => {
    first ??= { epoch, at: now() }
    const pace = epoch > first.epoch ? (now() - first.at) / 1000 / (epoch - first.epoch) : undefined
    onProgress({
      ...{ stage, done: epoch, total: maxEpochs, loss: validationLoss },
      ...(pace !== undefined && { secondsLeft: Math.round(pace * (maxEpochs - epoch) * 10) / 10 }),
    })
  }
}
