import type { LedgerRow } from '../../../db/audit.js'
import type { Db } from '../../../db/database.js'
import type { Calibration } from '../../../domain/calibration.js'
import type { Distribution } from '../../../domain/forecast.js'
import type { AuditDifference } from '../../../evaluation/leakAudit.js'
import { calibrate, UNCALIBRATED } from '../../../model/calibration/adaptiveConformal.js'
import { calibrationFor } from '../calibrationFor.js'

/** A distribution made again and, for a network's, what it was before calibration. */
export interface Again extends Distribution {
  readonly raw?: Distribution
  readonly calibration?: Calibration
  /** What was recorded of how it was shaped and comes out differently. */
  readonly explanation?: readonly AuditDifference[]
}

/** Calibrated on the settled forecasts that the ledger held then, from the session on that the row names as the first. */
export async function calibratedAgain(db: Db, row: LedgerRow, lineage: string, raw: Distribution): Promise<Again> {
  const { ticker, asOf, madeAt: madeBy } = row
  const { sessions, since } = row.calibration!
  const calibration = sessions === 0 ? UNCALIBRATED : await calibrationFor(db, { ticker, lineage, asOf, madeBy, since })
  return { ...calibrate(calibration, raw), raw, calibration }
}

/** What was recorded of the forecast before its calibration, and of the calibration, where it is not the same to the bit. */
export function calibrationDifferences(
  { rawQuantiles, calibration }: LedgerRow,
  { raw, ...again }: Again,
): AuditDifference[] {
  if (!rawQuantiles || !calibration || !raw || !again.calibration) return []
  const pairs = [
    ...rawQuantiles.map((recorded, i) => ({ field: `raw[${i}]`, recorded, recomputed: raw.quantiles[i]! })),
    ...calibration.logStretch.map((recorded, i) => ({
      ...{ field: `calibration[${i}]`, recorded, recomputed: again.calibration!.logStretch[i]! },
    })),
  ]
  return pairs.filter(({ recorded, recomputed }) => !Object.is(recorded, recomputed))
}
