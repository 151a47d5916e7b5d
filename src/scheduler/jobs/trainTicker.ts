import { fullTrainingEnd, latestModel, type ModelRow, saveModel } from '../../db/models.js'
import { removeTrainingState } from '../../db/trainingStates.js'
import { loadCheckpoint } from '../../model/checkpoint.js'
import type { EpochProgress } from '../../model/forecaster.js'
import { modelPromoted } from '../alerts/incidents.js'
import { fitModel, MODEL_FORECASTER } from './fitModel.js'
import type { JobContext } from './jobContext.js'
import type { TickerData } from './tickerData.js'
import { type TrainingPlan, trainingPlan } from './trainingPlan.js'

/**
 * Trains the model that serves the ticker's next forecast on everything known, and stores it. Does nothing when the
 * model of exactly these data is there already, unless `force` asks for a full training.
 *
 * @returns true when a model was trained.
 */
export async function trainTicker(
  context: JobContext,
  data: TickerData,
  onEpoch: (progress: EpochProgress) => void,
  force = false,
): Promise<boolean> {
  const { db, options, alerts, clock } = context
  const previous = await latestModel(db, data.ticker, MODEL_FORECASTER, 'live')
  if (!force && previous?.dataHash === data.hashes.at(-1)) return false
  const plan = force ? { options, reason: 'trained by hand' } : await planAfter(context, data, previous)
  const { row } = await fitModel(context, data, {
    ...{ plan, onEpoch },
    parent: plan.warmStart ? previous!.id : null,
    trainRows: data.bars.length - 1,
    purpose: 'live',
  })
  await db.transaction(async (tx) => {
    await saveModel(tx, row)
    await removeTrainingState(tx, data.ticker, 'live')
    if (!plan.warmStart) await alerts.incident(tx, modelPromoted(row), clock())
  })
  return true
}

async function planAfter(
  context: JobContext,
  { table }: TickerData,
  previous: ModelRow | undefined,
): Promise<TrainingPlan> {
  return trainingPlan({
    ...context,
    featureNames: table.names,
    sessions: table.sessions,
    latest: previous && {
      checkpoint: loadCheckpoint(previous.weights),
      isRebased: previous.rebasedAt !== null,
      fullTrainingEnd: (await fullTrainingEnd(context.db, previous.id)) ?? previous.trainEnd,
    },
  })
}
