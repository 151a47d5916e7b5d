import type { EpochProgress, TrainingOptions } from '../forecaster.js'

/** One model's losses as they become known, and what they decide: what `keepBest` kept, and when training ended. */
export class LossRecord {
  #best: EpochProgress | undefined
  #isEnded = false

  constructor(private readonly options: Pick<TrainingOptions, 'patience' | 'validationShare' | 'maxEpochs'>) {}

  /** The epoch of the kept weights. */
  get best(): EpochProgress {
    if (!this.#best) throw new Error('no epoch has been seen')
    return this.#best
  }

  /** Whether nothing that comes later counts. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** The losses of the weights before step `epoch`; false when they are not finite. */
  see(progress: EpochProgress): boolean {
    const { patience, validationShare, maxEpochs } = this.options
    const { epoch, trainLoss, validationLoss } = progress
    if (!Number.isFinite(trainLoss) || !Number.isFinite(validationLoss)) return false
    if (!this.#best || validationShare === 0 || validationLoss < this.#best.validationLoss) this.#best = progress
    this.#isEnded = epoch - this.#best.epoch >= patience || epoch === maxEpochs
    return true
  }
}
