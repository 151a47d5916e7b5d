import type { Config } from '../config.js'
import type { TunedSetting } from '../domain/tuning.js'
import { defaultTrainingOptions } from '../model/defaults.js'
import type { TrainingOptions } from '../model/forecaster.js'

/** What trainings use: the product's defaults, over them a setting that a search chose, over both what is configured. */
export function trainingOptions(config: Config, setting?: Partial<TunedSetting> | null): TrainingOptions {
  const configured = Object.entries(config.model.training).filter(([, value]) => value !== undefined)
  return { ...defaultTrainingOptions, ...setting, ...Object.fromEntries(configured) }
}
