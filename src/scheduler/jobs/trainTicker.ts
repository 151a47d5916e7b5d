import { championOf, crown, lockSuccession } from '../../db/champions.js'
import type { Db } from '../../db/database.js'
import { driftStateOf } from '../../db/driftStates.js'
import {
  currentModel,
  latestModel,
  type ModelInsert,
  newestFullTraining,
  purgeWeights,
  saveModel,
} from '../../db/models.js'
import { removeTrainingState } from '../../db/trainingStates.js'
import { beginTrial, endTrial, openTrials } from '../../db/trials.js'
import { loadCheckpoint } from '../../model/checkpoint.js'
import type { Checkpoint, EpochProgress } from '../../model/forecaster.js'
import { hasColumns } from '../../model/panel/panelTable.js'
import { modelSemantics } from '../../model/semantics.js'
import { modelPromoted } from '../alerts/incidents.js'
import { concludeTrials } from './concludeTrials.js'
import { fitModel, MODEL_FORECASTER } from './fitModel.js'
import type { JobContext } from './jobContext.js'
import { panelBefore, seenBy } from './panelBefore.js'
import type { TickerData } from './tickerData.js'
import { type LivePlan, type ModelRole, trainingPlan } from './trainingPlan.js'

/** Milliseconds of a day. */
const DAY_MS = 86_400_000

/**
 * Ends the trials that can be decided, then trains on everything known: the champion is fine-tuned, or a full training
 * goes on trial beside it. Does nothing when a model of exactly these data is there already, unless `byHand` asks for a
 * full training.
 *
 * @returns true when a model was trained.
 */
export async function trainTicker(
  context: JobContext,
  data: TickerData,
  onEpoch: (progress: EpochProgress) => void,
  byHand = false,
): Promise<boolean> {
  const { db, clock } = context
  await concludeTrials(context, data.ticker)
  const previous = await latestModel(db, data.ticker, MODEL_FORECASTER, 'live')
  const isTrained = previous?.dataHash === data.hashes.at(-1) && previous?.semantics === modelSemantics()
  if (isTrained && !byHand) return false
  const { plan: own, parent } = await planFor(context, data, byHand)
  const plan = await fromPanel(context, data, own, onEpoch)
  const seen = plan.warmStart ? seenBy(data, plan.warmStart.featureNames) : data
  const { row } = await fitModel(context, seen, {
    ...{ plan, parent, onEpoch },
    ...{ trainRows: data.bars.length - 1, purpose: 'live' },
  })
  await db.transaction(async (tx) => {
    await lockSuccession(tx, data.ticker)
    await saveModel(tx, row)
    await removeTrainingState(tx, data.ticker, 'live')
    await takePlace[plan.role](tx, context, row)
    if (context.keepWeightsDays > 0)
      await purgeWeights(tx, new Date(clock().getTime() - context.keepWeightsDays * DAY_MS), clock(), data.ticker)
  })
  return true
}

/** A full training goes on from the panel, where there is to be one. */
async function fromPanel(
  context: JobContext,
  { table }: TickerData,
  plan: LivePlan,
  onEpoch: (progress: EpochProgress) => void,
): Promise<LivePlan> {
  if (context.scope === 'per-ticker' || plan.warmStart) return plan
  // Up to the last training row, whose outcome is known.
  const warmStart = await panelBefore(context, table.sessions.at(-2)!, onEpoch)
  return { ...plan, warmStart, reason: `${plan.reason}; from the panel up to ${warmStart.trainEnd}` }
}

/** Columns with which the ticker's model goes on: a panel's are known by its checkpoint, if nothing that it needs is gone. */
function columnsNow({ scope }: JobContext, { ticker, table }: TickerData, checkpoint: Checkpoint | undefined) {
  if (scope === 'per-ticker' || !checkpoint) return table.names
  return hasColumns(ticker, table, checkpoint.featureNames) ? checkpoint.featureNames : table.names
}

async function planFor(context: JobContext, data: TickerData, byHand: boolean) {
  const { db } = context
  const { ticker, table } = data
  const champion = await championOf(db, ticker)
  const model = champion && (await currentModel(db, champion.lineage))
  const checkpoint = model && loadCheckpoint(model.weights)
  const open = await openTrials(db, ticker)
  const plan: LivePlan = trainingPlan({
    ...context,
    ...{
      byHand,
      featureNames: columnsNow(context, data, checkpoint),
      sessions: table.sessions,
      semantics: modelSemantics(),
    },
    champion: model && {
      checkpoint: checkpoint!,
      isRebased: model.rebasedAt !== null,
      semantics: model.semantics,
    },
    fullTraining: await newestFullTraining(db, ticker, MODEL_FORECASTER),
    drift: await driftStateOf(db, ticker),
    hasRoom: open.length < context.challengers || (open.at(-1)!.test?.n ?? 0) >= context.trialSessions,
  })
  return { plan, parent: plan.role === 'fine-tuned' ? model! : null }
}

/** What becomes of a new model, by its role. */
const takePlace: Record<ModelRole, (tx: Db, context: JobContext, row: ModelInsert) => Promise<void>> = {
  'fine-tuned': async () => {},

  async challenger(tx, { clock, challengers }, { ticker, id: lineage }) {
    // The same data trained again give the same model, which may serve already.
    if ((await championOf(tx, ticker))?.lineage === lineage) return
    await beginTrial(tx, { ticker, lineage }, clock())
    const reason = `given up for newer ones: no more than ${challengers} are on trial at a time`
    for (const trial of (await openTrials(tx, ticker)).slice(challengers))
      await endTrial(tx, trial.lineage, { outcome: 'retired', reason }, clock())
  },

  async successor(tx, { clock, alerts }, row) {
    const { ticker, id: lineage, reason } = row
    const cause = (await championOf(tx, ticker)) ? 'necessity' : 'first'
    for (const trial of await openTrials(tx, ticker))
      await endTrial(tx, trial.lineage, { outcome: 'retired', reason }, clock())
    await crown(tx, { ticker, lineage, cause, reason }, clock())
    await alerts.incident(tx, modelPromoted(row, reason), clock())
  },
}
