import type { TrainingOptions } from './forecaster.js'

/** Fewest bars of a ticker from which a model is trained: `MIN_TRAINING_ROWS` outcomes and the rows that warm up. */
export const MINIMUM_SESSIONS = 260

/** Fewest training rows with a known outcome: about a year of sessions, so that each tail quantile has a few returns. */
export const MIN_TRAINING_ROWS = 250

/** The product's network and training, chosen on validation windows (docs/skill.md). */
export const defaultTrainingOptions: TrainingOptions = {
  head: 'quantile',
  dModel: 16,
  nLayers: 2,
  dState: 16,
  expand: 2,
  dConv: 4,
  dtRank: 'auto',
  learningRate: 0.002,
  weightDecay: 1e-3,
  maxEpochs: 200,
  patience: 25,
  validationShare: 0.15,
  seed: 1,
}
