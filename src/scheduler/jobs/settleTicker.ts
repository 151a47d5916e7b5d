import type { Db } from '../../db/database.js'
import { settledForecasts } from '../../db/forecasts.js'
import { settleOutcomes } from '../../db/outcomes.js'
import { saveScores, saveVerdict } from '../../db/scores.js'
import { scoreTicker } from '../../evaluation/score.js'
import type { AlertOutbox } from '../alerts/alertOutbox.js'

/**
 * Settles what can be settled: writes outcomes of forecasts whose next session is known, then rolling figures for those
 * sessions and the verdict, all in one transaction.
 *
 * @returns how many sessions were settled.
 */
export const settleTicker = (db: Db, ticker: string, now: Date, alerts: AlertOutbox): Promise<number> =>
  db.transaction(async (tx) => {
    const settled = await settleOutcomes(tx, ticker, now)
    if (settled.length === 0) return 0
    const { scores, verdicts } = scoreTicker(ticker, await settledForecasts(tx, ticker), settled[0]!)
    await saveScores(tx, ticker, scores)
    for (const verdict of verdicts) await saveVerdict(tx, verdict)
    await alerts.forecastsSettled(tx, ticker, settled, now)
    return settled.length
  })
