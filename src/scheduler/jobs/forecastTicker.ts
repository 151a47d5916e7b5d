import { championOf } from '../../db/champions.js'
import type { Db } from '../../db/database.js'
import { saveExplanation } from '../../db/explanations.js'
import { appendForecasts, hasForecast } from '../../db/forecasts.js'
import { currentModel } from '../../db/models.js'
import { appendTrialForecasts } from '../../db/trials.js'
import { UserError } from '../../domain/errors.js'
import { loadCheckpoint } from '../../model/checkpoint.js'
import { modelSemantics } from '../../model/semantics.js'
import { calibrationFor } from './calibrationFor.js'
import { MODEL_FORECASTER } from './fitModel.js'
import { forecastLast } from './forecastLast.js'
import { forecastRows } from './forecastRows.js'
import type { JobContext } from './jobContext.js'
import { seenBy } from './panelBefore.js'
import type { TickerData, TickerInputs } from './tickerData.js'
import { trialRows } from './trialRows.js'

/** True when the next session's forecast from exactly these data is in the ledger. */
export const isForecast = (db: Db, { ticker, bars, hashes }: TickerInputs): Promise<boolean> =>
  hasForecast(db, {
    ticker,
    forecaster: MODEL_FORECASTER,
    asOf: bars.at(-1)!.session,
    dataHash: hashes.at(-1)!,
    origin: 'live',
  })

/**
 * Forecasts the next session with the champion and with every baseline, lets each challenger speak too, and explains
 * the champion's forecast where that is switched on. What the ledger holds stays as it is.
 *
 * @returns how many rows the ledger gained.
 * @throws UserError when no model has been trained, or it expects other features.
 */
export async function forecastTicker(context: JobContext, data: TickerData): Promise<number> {
  const { db, pool, moveThresholdPct, runId, clock, alerts, signal } = context
  if (await isForecast(db, data)) return 0
  const champion = await championOf(db, data.ticker)
  const model = champion && (await currentModel(db, champion.lineage))
  if (!model)
    throw new UserError(`${data.ticker}: no model has been trained yet: run mambacast train --ticker ${data.ticker}`)
  if (model.semantics !== modelSemantics())
    throw new UserError(
      `${data.ticker}: its model was trained by code that meant something else by its features: run mambacast train --ticker ${data.ticker}`,
    )
  const checkpoint = loadCheckpoint(model.weights)
  const seen = seenBy(data, checkpoint.featureNames)
  const from = data.bars.length - 1
  const calibration = await calibrationFor(db, {
    ...{ ticker: data.ticker, lineage: champion.lineage, asOf: data.bars[from]!.session, madeBy: clock() },
  })
  const request = {
    ...{ model: { id: model.id, checkpoint }, from, to: from + 1, moveThresholdPct, calibration },
    origin: 'live' as const,
  }
  const [rows, explanation] = await Promise.all([
    forecastLast(context, seen, model, checkpoint).then((raw) => forecastRows(pool, seen, { ...request, raw: [raw] })),
    context.explain ? pool.explain(checkpoint, seen.table, signal) : undefined,
  ])
  const own = rows.find(({ forecaster }) => forecaster === MODEL_FORECASTER)!
  const challengers = await trialRows(context, data, own)
  return db.transaction(async (tx) => {
    const added = await appendForecasts(tx, rows, runId, clock())
    await appendTrialForecasts(tx, challengers, runId, clock())
    if (explanation) await saveExplanation(tx, own, explanation, clock())
    if (added > 0) await alerts.forecastsMade(tx, rows, clock())
    return added
  })
}
