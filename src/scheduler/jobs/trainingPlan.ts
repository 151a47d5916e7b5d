import type { Checkpoint, TrainingOptions } from '../../model/forecaster.js'

/** What to train for the next forecast, and why, in words a person reads. */
export interface TrainingPlan {
  readonly options: TrainingOptions
  /** Weights to go on from; absent for a full training. */
  readonly warmStart?: Checkpoint
  readonly reason: string
}

export interface PlanInput {
  readonly options: TrainingOptions
  readonly featureNames: readonly string[]
  /** The model that served last, and the last row of the full training it descends from (its outcome is one later). */
  readonly latest:
    | {
        readonly checkpoint: Checkpoint
        readonly fullTrainingEnd: string
        /** True when the prices it was trained on have changed their basis since. */
        readonly isRebased?: boolean
      }
    | undefined
  /** All sessions of the ticker, ascending. */
  readonly sessions: readonly string[]
  readonly retrainEverySessions: number
  readonly fineTuneEpochs: number
}

/** Full training when there is no model, when it was set up differently, or when it is old; fine-tuning otherwise. */
export function trainingPlan(input: PlanInput): TrainingPlan {
  const { options, latest } = input
  if (!latest) return { options, reason: 'first training' }
  if (latest.isRebased) return { options, reason: 'retrained: the price history was re-based' }
  const difference = whatDiffers(latest.checkpoint, input)
  if (difference) return { options, reason: `retrained: ${difference} changed` }
  const age = input.sessions.filter((session) => session > latest.fullTrainingEnd).length - 1
  if (age >= input.retrainEverySessions) return { options, reason: `retrained: last full training ${age} sessions ago` }
  return {
    options: { ...options, maxEpochs: input.fineTuneEpochs },
    warmStart: latest.checkpoint,
    reason: `fine-tuned: ${age} ${age === 1 ? 'session' : 'sessions'} after the last full training`,
  }
}

function whatDiffers(checkpoint: Checkpoint, { options, featureNames }: PlanInput): string | undefined {
  if (checkpoint.featureNames.join() !== featureNames.join()) return 'the features'
  const keys = Object.keys({ ...checkpoint.options, ...options }) as (keyof TrainingOptions)[]
  return keys.filter((key) => key !== 'maxEpochs').find((key) => checkpoint.options[key] !== options[key])
}
