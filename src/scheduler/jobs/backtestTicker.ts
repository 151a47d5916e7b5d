import { appendForecasts } from '../../db/forecasts.js'
import { saveModel } from '../../db/models.js'
import { removeTrainingState } from '../../db/trainingStates.js'
import { MINIMUM_SESSIONS } from '../../model/defaults.js'
import type { EpochProgress } from '../../model/forecaster.js'
import { fitModel } from './fitModel.js'
import { forecastRows } from './forecastRows.js'
import type { JobContext } from './jobContext.js'
import { panelBefore, seenBy } from './panelBefore.js'
import type { TickerData } from './tickerData.js'

/**
 * Gives a new ticker a record to be judged by: a network and baselines fitted only on sessions before the last
 * `backtestSessions` forecast each of those. It is made once in a ticker's life, and marked as a backtest wherever it is shown.
 *
 * @returns how many rows the ledger gained.
 */
export async function backtestTicker(
  context: JobContext,
  data: TickerData,
  onEpoch: (progress: EpochProgress) => void,
): Promise<number> {
  const { db, pool, options, moveThresholdPct, runId, clock } = context
  const scored = Math.min(context.backtestSessions, data.bars.length - MINIMUM_SESSIONS)
  if (scored < 1) return 0

  const to = data.bars.length - 1
  const from = to - scored
  const reason = `backtest: trained on the sessions before the last ${scored}`
  const warmStart =
    context.scope === 'panel' ? await panelBefore(context, data.table.sessions[from - 1]!, onEpoch) : undefined
  const seen = warmStart ? seenBy(data, warmStart.featureNames) : data
  const fit = await fitModel(context, seen, {
    plan: { options, reason, ...(warmStart && { warmStart }) },
    onEpoch,
    ...{ parent: null, trainRows: from, purpose: 'backtest' },
  })
  const model = { id: fit.row.id, checkpoint: fit.checkpoint }
  const rows = await forecastRows(pool, seen, { model, from, to, origin: 'backtest', moveThresholdPct })
  return db.transaction(async (tx) => {
    await saveModel(tx, fit.row)
    await removeTrainingState(tx, data.ticker, 'backtest')
    return appendForecasts(tx, rows, runId, clock())
  })
}
