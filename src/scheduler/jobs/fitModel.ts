import { lineageOf, type ModelInsert, type ModelRow } from '../../db/models.js'
import type { ForecastOrigin } from '../../domain/forecast.js'
import { checkpointId, saveCheckpoint } from '../../model/checkpoint.js'
import type { Checkpoint, EpochProgress } from '../../model/forecaster.js'
import { modelSemantics } from '../../model/semantics.js'
import type { JobContext } from './jobContext.js'
import { KeptTraining } from './keptTraining.js'
import type { TickerData } from './tickerData.js'
import type { TrainingPlan } from './trainingPlan.js'

/** Name under which the network's forecasts stand in the ledger. */
export const MODEL_FORECASTER = 'mamba'

export interface FitRequest {
  readonly plan: TrainingPlan
  /** The model that `plan.warmStart` came from. */
  readonly parent: Pick<ModelRow, 'id' | 'lineage' | 'setting'> | null
  /** Rows [0, trainRows) are trained on; their outcomes end with bar `trainRows`. */
  readonly trainRows: number
  readonly purpose: ForecastOrigin
  readonly onEpoch: (progress: EpochProgress) => void
}

export type FitContext = Pick<
  JobContext,
  'db' | 'log' | 'clock' | 'pool' | 'codeVersion' | 'signal' | 'checkpointSeconds' | 'setting'
>

/**
 * Trains a network as planned; returns its checkpoint and the row that stores it. What is interrupted goes on, the next
 * time, from where it was; whoever stores the row removes that state with it.
 */
export async function fitModel(
  context: FitContext,
  { ticker, table, hashes }: TickerData,
  request: FitRequest,
): Promise<{ checkpoint: Checkpoint; row: ModelInsert }> {
  const { pool, codeVersion, signal, setting, checkpointSeconds: everySeconds } = context
  const { plan, trainRows, onEpoch, purpose, parent } = request
  const { options, warmStart } = plan
  const dataHash = hashes[trainRows]!
  const start = warmStart ? checkpointId(warmStart, '') : null
  const follows = [options, start, trainRows, dataHash, table.names, modelSemantics(), codeVersion]
  const kept = new KeptTraining({ ...context, ticker, purpose, follows, everySeconds })
  const continuation = await kept.continuation()
  const checkpoint = await pool
    .train({ table, trainRows, options, ...(warmStart && { warmStart }), onEpoch, continuation, signal })
    .finally(() => kept.settled())
  const { trainStart, trainEnd, backend, parameters, epochs, trainLoss, validationLoss, seconds } = checkpoint
  const row = {
    // Two tickers may have the same bars, as two symbols of one share.
    id: checkpointId(checkpoint, `${ticker} ${dataHash}`),
    ...{ ticker, forecaster: MODEL_FORECASTER, purpose, reason: plan.reason, dataHash, codeVersion },
    ...{ parent: parent?.id ?? null, lineage: parent && lineageOf(parent), semantics: modelSemantics() },
    ...{ trainStart, trainEnd, backend, parameters, epochs, trainLoss, validationLoss, seconds },
    options: { ...checkpoint.options },
    setting: parent ? parent.setting : setting,
    trainRows: checkpoint.trainRows,
    weights: saveCheckpoint(checkpoint),
    createdAt: context.clock(),
  }
  return { checkpoint, row }
}
