import type { ModelCost } from '../../domain/evaluation.js'
import type { EpochProgress, Weights } from '../forecaster.js'
import { fitWeights } from './givenWeights.js'
import { countParameters, networks } from './network.js'
import type { NetworkName } from './networkNames.js'
import { paperRecipe } from './paperRecipe.js'
import { activeBackend, timed, timedRepeatedly } from './timing.js'
import { runSequence, trainSequence } from './trainSequence.js'

export interface PaperRequest {
  readonly network: NetworkName
  readonly seed: number
  /** Given first weights, in place of those that the seed makes. */
  readonly initial?: Weights
  readonly features: number
  /** (L, features) raw, and (L) the same row's change as a fraction. */
  readonly trainInputs: Float32Array
  readonly trainTargets: Float32Array
  /** (n, features) raw; run from an empty state. */
  readonly testInputs: Float32Array
  readonly onEpoch?: (progress: EpochProgress) => void
}

export interface PaperResult extends ModelCost {
  /** (n) predicted change of the same row, as a fraction. */
  readonly predictions: readonly number[]
}

/**
 * The experiment of MambaStock (Shi 2024, section 4) with one network: tanh head on the mean squared error, the training
 * rows as one sequence, the last rows as another.
 * @throws UserError when given weights do not fit the network, or training diverges.
 */
export async function paperExperiment(request: PaperRequest): Promise<PaperResult> {
  const { network, seed, features, trainInputs, trainTargets, testInputs, onEpoch } = request
  const L = trainTargets.length
  const size = { features, outputs: 1 }
  const initial = request.initial
    ? fitWeights(request.initial, network, size)
    : networks[network].initialWeights(size, seed)
  const training = await timed(() =>
    trainSequence({
      ...{ network, recipe: { ...paperRecipe, seed }, features, initial },
      data: {
        inputs: trainInputs,
        targets: trainTargets,
        trainWeights: new Float32Array(L).fill(1 / L),
        validationWeights: new Float32Array(L),
      },
      ...(onEpoch && { onEpoch }),
    }),
  )
  const { weights, epochs, losses } = training.value
  const inference = await timedRepeatedly(() => runSequence(network, paperRecipe.head, weights, testInputs, features))
  return {
    predictions: [...inference.value],
    ...{ parameters: countParameters(weights), epochs, losses: [...losses], backend: activeBackend() },
    ...{ trainSeconds: training.seconds, inferenceSeconds: inference.seconds },
  }
}
