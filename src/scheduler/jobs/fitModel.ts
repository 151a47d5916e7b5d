import type { ModelInsert } from '../../db/models.js'
import type { ForecastOrigin } from '../../domain/forecast.js'
import { checkpointId, saveCheckpoint } from '../../model/checkpoint.js'
import type { Checkpoint, EpochProgress } from '../../model/forecaster.js'
import type { TrainingPool } from '../../model/trainingPool.js'
import type { TickerData } from './tickerData.js'
import type { TrainingPlan } from './trainingPlan.js'

/** Name under which the network's forecasts stand in the ledger. */
export const MODEL_FORECASTER = 'mamba'

export interface FitRequest {
  readonly plan: TrainingPlan
  /** Id of the model that `plan.warmStart` came from. */
  readonly parent: string | null
  /** Rows [0, trainRows) are trained on; their outcomes end with bar `trainRows`. */
  readonly trainRows: number
  readonly purpose: ForecastOrigin
  readonly codeVersion: string
  readonly signal: AbortSignal
  readonly onEpoch: (progress: EpochProgress) => void
}

/** Trains a network as planned; returns its checkpoint and the row that stores it. */
export async function fitModel(
  pool: TrainingPool,
  { ticker, table, hashes }: TickerData,
  request: FitRequest,
): Promise<{ checkpoint: Checkpoint; row: ModelInsert }> {
  const { plan, trainRows, signal, onEpoch, purpose, parent, codeVersion } = request
  const { options, warmStart } = plan
  const checkpoint = await pool.train({ table, trainRows, options, ...(warmStart && { warmStart }), onEpoch, signal })
  const dataHash = hashes[trainRows]!
  const { trainStart, trainEnd, backend, parameters, epochs, trainLoss, validationLoss, seconds } = checkpoint
  const row = {
    // Two tickers may have the same bars, as two symbols of one share.
    id: checkpointId(checkpoint, `${ticker} ${dataHash}`),
    ...{ ticker, forecaster: MODEL_FORECASTER, purpose, parent, reason: plan.reason, dataHash, codeVersion },
    ...{ trainStart, trainEnd, backend, parameters, epochs, trainLoss, validationLoss, seconds },
    options: { ...checkpoint.options },
    trainRows: checkpoint.trainRows,
    weights: saveCheckpoint(checkpoint),
  }
  return { checkpoint, row }
}
