import type { Drift } from '../../domain/lifecycle.js'
import type { Checkpoint, TrainingOptions } from '../../model/forecaster.js'

/** What to train, and why, in words a person reads. */
export interface TrainingPlan {
  readonly options: TrainingOptions
  /** Weights to go on from; absent for a full training. */
  readonly warmStart?: Checkpoint
  readonly reason: string
}

/** What a new model is: the champion on newer data, a challenger, or the champion because there is no other. */
export type ModelRole = 'fine-tuned' | 'challenger' | 'successor'

export interface LivePlan extends TrainingPlan {
  readonly role: ModelRole
}

/** The model that serves the ticker now. */
export interface Champion {
  readonly checkpoint: Checkpoint
  /** True when the prices it was trained on have changed their basis since. */
  readonly isRebased: boolean
  /** As in `src/model/semantics.ts`; null where it is not known. */
  readonly semantics: string | null
}

export interface PlanInput {
  readonly options: TrainingOptions
  readonly featureNames: readonly string[]
  readonly semantics: string
  readonly champion: Champion | undefined
  /** The newest one, be it of the champion or of a challenger; its last row (whose outcome is one later). */
  readonly fullTraining: { readonly trainEnd: string; readonly options: Readonly<Record<string, unknown>> } | undefined
  readonly drift: Drift | undefined
  /** False while every place for a challenger is taken by one that has not had its sessions yet. */
  readonly hasRoom: boolean
  /** All sessions of the ticker, ascending. */
  readonly sessions: readonly string[]
  readonly retrainEverySessions: number
  readonly fineTuneEpochs: number
  /** A full training asked for by a person. */
  readonly byHand: boolean
}

/**
 * A full training when there is no model or the one there cannot go on (a successor), when options changed, losses
 * drifted or the last full training is old and there is room for another (a challenger); fine-tuning of the champion otherwise.
 */
export function trainingPlan(input: PlanInput): LivePlan {
  const { options, champion, fullTraining } = input
  if (!champion || !fullTraining) return { options, reason: 'first training', role: 'successor' }
  const obstacle = whyItCannotGoOn(champion, input)
  if (obstacle) return { options, reason: `retrained: ${obstacle}`, role: 'successor' }
  if (input.byHand) return { options, reason: 'trained by hand', role: 'challenger' }
  const age = input.sessions.filter((session) => session > fullTraining.trainEnd).length - 1
  const cause = whyRetrain(fullTraining, age, input)
  if (cause) return { options, reason: `retrained: ${cause}`, role: 'challenger' }
  const warmStart = champion.checkpoint
  return {
    // Its own options: those of the configuration may be a challenger's by now.
    options: { ...warmStart.options, maxEpochs: input.fineTuneEpochs },
    warmStart,
    reason: `fine-tuned: ${age} ${age === 1 ? 'session' : 'sessions'} after the last full training`,
    role: 'fine-tuned',
  }
}

function whyItCannotGoOn(champion: Champion, { featureNames, semantics }: PlanInput): string | undefined {
  if (champion.isRebased) return 'the price history was re-based'
  if (champion.checkpoint.featureNames.join() !== featureNames.join()) return 'the features changed'
  if (champion.semantics !== semantics) return `the code changed what features or network mean (now ${semantics})`
  return undefined
}

function whyRetrain(
  fullTraining: NonNullable<PlanInput['fullTraining']>,
  age: number,
  { options, drift, hasRoom, retrainEverySessions }: PlanInput,
): string | undefined {
  const keys = Object.keys({ ...fullTraining.options, ...options }) as (keyof TrainingOptions)[]
  const changed = keys.find((key) => fullTraining.options[key] !== options[key])
  if (changed) return `${changed} changed`
  if (drift?.alarmAsOf && drift.alarmAsOf > fullTraining.trainEnd)
    return `losses drifted (alarm of ${drift.alarmAsOf}, lately ${versus(drift.lossRatio)} what forecasts expected)`
  return age >= retrainEverySessions && hasRoom ? `last full training ${age} sessions ago` : undefined
}

const versus = (ratio: number): string => `${Math.abs(100 * (ratio - 1)).toFixed(0)} % ${ratio < 1 ? 'below' : 'above'}`
