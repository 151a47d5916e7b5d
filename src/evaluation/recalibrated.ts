import type { NextDayRecord } from '../domain/evaluation.js'
import { calibrateInTurn } from '../model/calibration/calibrationOf.js'

/** The record as it would have been served: each forecast calibrated on the outcomes that were known when it was made. */
export function recalibrated(record: NextDayRecord): NextDayRecord {
  const { asOf, mean, quantiles, returnPct } = record
  const raw = quantiles.map((q, i) => ({ mean: mean[i]!, quantiles: q }))
  const served = calibrateInTurn(asOf, raw, returnPct).map(({ distribution }) => distribution)
  return {
    ...record,
    mean: served.map((distribution) => distribution.mean),
    quantiles: served.map((distribution) => distribution.quantiles),
  }
}
