import { UserError } from '../../domain/errors.js'
import type { ModelCost } from '../../domain/evaluation.js'
import { type Distribution, QUANTILE_LEVELS } from '../../domain/forecast.js'
import type { FeatureTable } from '../../features/table.js'
import type { Checkpoint, EpochProgress, HeadName, TrainingOptions } from '../forecaster.js'
import { heads } from '../heads/head.js'
import { empiricalQuantiles } from '../heads/quantile.js'
import { normalise } from '../normaliser.js'
import { predict } from '../predict.js'
import { distributionOf } from '../probability.js'
import { train } from '../trainer.js'
import { prepareTraining } from '../trainingData.js'
import { countParameters, networks } from './network.js'
import type { NetworkName } from './networkNames.js'
import { paperRecipe } from './paperRecipe.js'
import { activeBackend, timed, timedRepeatedly } from './timing.js'
import { type NextDayTraining, trainForNextDay } from './trainForNextDay.js'
import { runSequence, trainSequence } from './trainSequence.js'

export interface NextDayRequest {
  /** `mamba` is the product's own model; the others are trained beside it. */
  readonly model: 'mamba' | NetworkName
  readonly table: FeatureTable
  /** Rows [0, trainRows) may be seen, their outcomes included. */
  readonly trainRows: number
  /** The product's options; `mambastock` keeps the paper's recipe instead, the other networks their own sizes. */
  readonly options: TrainingOptions
  /** `mamba` only: goes on from a panel's weights. */
  readonly warmStart?: Checkpoint | undefined
  /** `mamba` only: a training of exactly this request, carried out elsewhere. */
  readonly trained?: NextDayTraining
  /** Forecasts are made as of rows [from, L). */
  readonly from: number
  readonly onEpoch?: (progress: EpochProgress) => void
}

export interface NextDayResult extends ModelCost {
  /** One for each row in [from, L), in percent, from rows <= it. */
  readonly distributions: readonly Distribution[]
}

/**
 * Trains one model on the first rows of a table and forecasts the rest, with what both cost.
 * @throws UserError when there are too few rows, the price never changes, or training diverges.
 */
export const nextDayExperiment = (request: NextDayRequest): Promise<NextDayResult> =>
  request.model === 'mamba' ? productExperiment(request) : networkExperiment(request, request.model)

async function productExperiment(request: NextDayRequest): Promise<NextDayResult> {
  const { table, from, trained } = request
  const training = trained
    ? { value: trained, seconds: trained.checkpoint.seconds }
    : await timed(() => trainForNextDay(train, request))
  const { checkpoint, losses } = training.value
  const inference = await timedRepeatedly(() => predict(checkpoint, table, from))
  return {
    distributions: inference.value,
    ...{ parameters: checkpoint.parameters, epochs: checkpoint.epochs, losses: [...losses] },
    ...{ backend: checkpoint.backend, trainSeconds: training.seconds, inferenceSeconds: inference.seconds },
  }
}

async function networkExperiment(request: NextDayRequest, network: NetworkName): Promise<NextDayResult> {
  const { table, trainRows, from, onEpoch } = request
  const options = network === 'mambastock' ? { ...request.options, ...paperRecipe } : request.options
  const features = table.names.length
  const { head, seed } = options
  const data = prepareTraining({ table, trainRows, options })
  const fresh = networks[network].initialWeights({ features, outputs: heads[head].outputs }, seed)
  const initial = heads[head].initialise(fresh, data.trainTargets)
  const training = await timed(() =>
    trainSequence({ ...{ network, recipe: options, features, data, initial }, ...(onEpoch && { onEpoch }) }),
  )
  const { weights, epochs, losses } = training.value
  const inputs = normalise(table, data.normaliser)
  const inference = await timedRepeatedly(() => runSequence(network, head, weights, inputs, features))
  return {
    distributions: distributionsOf(inference.value, head, table, trainRows, from),
    ...{ parameters: countParameters(weights), epochs, losses: [...losses], backend: activeBackend() },
    ...{ trainSeconds: training.seconds, inferenceSeconds: inference.seconds },
  }
}

/** Quantiles times the volatility scale, or for the tanh head a mean amid its standardised training errors (predict.ts). */
function distributionsOf(
  decoded: Float32Array,
  head: HeadName,
  table: FeatureTable,
  trainRows: number,
  from: number,
): Distribution[] {
  const { outputs } = heads[head]
  const residuals = head === 'tanh' ? trainingResiduals(decoded, table, trainRows) : []
  return Array.from({ length: table.sessions.length - from }, (_, i) => {
    const t = from + i
    const scale = table.scalePct[t]!
    if (!Number.isFinite(scale))
      throw new UserError(`no forecast as of ${table.sessions[t]}: its volatility is not known`)
    if (head === 'quantile') {
      const quantiles = decoded.subarray(t * outputs, t * outputs + QUANTILE_LEVELS.length)
      return distributionOf([...quantiles].map((quantile) => quantile * scale))
    }
    const mean = 100 * decoded[t]!
    return { mean, quantiles: residuals.map((residual) => mean + residual * scale) }
  })
}

function trainingResiduals(decoded: Float32Array, table: FeatureTable, trainRows: number): number[] {
  const residuals = table.targetPct
    .slice(0, trainRows)
    .map((target, t) => (target - 100 * decoded[t]!) / table.scalePct[t]!)
  return empiricalQuantiles(residuals.filter(Number.isFinite))
}
