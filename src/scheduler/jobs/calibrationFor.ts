import type { Db } from '../../db/database.js'
import { rawHistory } from '../../db/settledServed.js'
import type { Calibration } from '../../domain/calibration.js'
import { calibrationOf, MOST_SETTLED } from '../../model/calibration/calibrationOf.js'
import { MODEL_FORECASTER } from './fitModel.js'

export interface CalibrationRequest {
  readonly ticker: string
  readonly lineage: string
  readonly asOf: string
  readonly madeBy: Date
  /** Only sessions from this one on. */
  readonly since?: string | null
}

/**
 * What a model's forecast as of a session is calibrated with: the settled forecasts before it that the ledger held, the
 * model's own where it has spoken, a backtest's where nobody else has.
 */
export const calibrationFor = async (db: Db, { asOf, ...request }: CalibrationRequest): Promise<Calibration> =>
  calibrationOf(await rawHistory(db, { ...request, before: asOf, forecaster: MODEL_FORECASTER, most: MOST_SETTLED }))
