import { findModel } from '../../db/audit.js'
import { crown, lockSuccession } from '../../db/champions.js'
import { endTrial, openTrials } from '../../db/trials.js'
import type { TrialTest } from '../../domain/lifecycle.js'
import { isNotWorse } from '../../evaluation/trialTest.js'
import { modelPromoted } from '../alerts/incidents.js'
import type { JobContext } from './jobContext.js'

/**
 * Promotes the newest challenger that the test finds not worse than what was served, and gives up those trained before
 * it. The others go on.
 *
 * @returns the lineage that serves from now on, if it changed.
 */
export function concludeTrials(
  { db, alerts, clock, trialSessions }: Pick<JobContext, 'db' | 'alerts' | 'clock' | 'trialSessions'>,
  ticker: string,
): Promise<string | undefined> {
  return db.transaction(async (tx) => {
    await lockSuccession(tx, ticker)
    const open = await openTrials(tx, ticker)
    const passed = open.findIndex(({ test }) => isNotWorse(test, trialSessions))
    if (passed < 0) return undefined
    const { lineage, test } = open[passed]!
    const reason = sentenceOf(test!)
    await endTrial(tx, lineage, { outcome: 'promoted', reason }, clock())
    for (const older of open.slice(passed + 1))
      await endTrial(tx, older.lineage, { outcome: 'retired', reason: 'a newer model was promoted' }, clock())
    await crown(tx, { ticker, lineage, cause: 'test', reason }, clock())
    await alerts.incident(tx, modelPromoted((await findModel(tx, lineage))!, reason), clock())
    return lineage
  })
}

const sentenceOf = ({ n, pinball, servedPinball, pValue, marginPct }: TrialTest): string =>
  `not worse over ${n} sessions: pinball loss ${pinball.toFixed(4)} beside ${servedPinball.toFixed(4)} as served (p = ${pValue!.toPrecision(2)} that it loses ${marginPct} % more)`
