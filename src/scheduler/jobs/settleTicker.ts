import type { Db } from '../../db/database.js'
import { saveDrift } from '../../db/driftStates.js'
import { settledForecasts } from '../../db/forecasts.js'
import { settleOutcomes } from '../../db/outcomes.js'
import { saveScores, saveVerdict } from '../../db/scores.js'
import { settledLive } from '../../db/settledServed.js'
import { openTrials, saveTrialTest, settledTrial } from '../../db/trials.js'
import { driftOf } from '../../evaluation/drift.js'
import { scoreTicker } from '../../evaluation/score.js'
import { trialTest } from '../../evaluation/trialTest.js'
import type { AlertOutbox } from '../alerts/alertOutbox.js'
import { MODEL_FORECASTER } from './fitModel.js'

/**
 * Settles what can be settled: writes outcomes of forecasts whose next session is known, then rolling figures for those
 * sessions, the verdict, how the trials stand and whether losses drift, all in one transaction.
 *
 * @param marginPct by how much a challenger may be worse, in percent of the served loss.
 * @returns how many sessions were settled.
 */
export const settleTicker = (
  db: Db,
  ticker: string,
  now: Date,
  alerts: AlertOutbox,
  marginPct: number,
): Promise<number> =>
  db.transaction(async (tx) => {
    const settled = await settleOutcomes(tx, ticker, now)
    if (settled.length === 0) return 0
    const { scores, verdicts } = scoreTicker(ticker, await settledForecasts(tx, ticker), settled[0]!)
    await saveScores(tx, ticker, scores)
    for (const verdict of verdicts) await saveVerdict(tx, verdict)
    await scoreTrials(tx, ticker, marginPct)
    const drift = driftOf(await settledLive(tx, ticker, MODEL_FORECASTER))
    if (drift) await saveDrift(tx, ticker, drift)
    await alerts.forecastsSettled(tx, ticker, settled, now)
    return settled.length
  })

async function scoreTrials(tx: Db, ticker: string, marginPct: number): Promise<void> {
  for (const { lineage } of await openTrials(tx, ticker)) {
    const test = trialTest(await settledTrial(tx, lineage, MODEL_FORECASTER), marginPct)
    if (test) await saveTrialTest(tx, lineage, test)
  }
}
