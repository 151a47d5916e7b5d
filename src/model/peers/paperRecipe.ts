import type { Recipe } from './trainSequence.js'

/** The paper's training (Shi 2024, section 4): Adam at 0.01, L2 of 1e-5, 100 epochs, no early stopping. */
export const paperRecipe = {
  head: 'tanh',
  learningRate: 0.01,
  weightDecay: 1e-5,
  maxEpochs: 100,
  patience: Number.MAX_SAFE_INTEGER,
  validationShare: 0,
} as const satisfies Omit<Recipe, 'seed'>
