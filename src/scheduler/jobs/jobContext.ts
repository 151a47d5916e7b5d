import type { Db } from '../../db/database.js'
import type { Logger } from '../../log.js'
import type { TrainingOptions } from '../../model/forecaster.js'
import type { TrainingPool } from '../../model/trainingPool.js'
import type { AlertOutbox } from '../alerts/alertOutbox.js'

/** What the training and forecasting jobs need besides the ticker. */
export interface JobContext {
  readonly db: Db
  readonly pool: TrainingPool
  readonly alerts: AlertOutbox
  readonly options: TrainingOptions
  readonly scope: 'per-ticker' | 'panel'
  /** The tuned setting that they come from, `search/candidate`; null for the default. */
  readonly setting: string | null
  readonly retrainEverySessions: number
  readonly fineTuneEpochs: number
  /** Least sessions of a trial, and how many go on at once. */
  readonly trialSessions: number
  readonly challengers: number
  /** 0 keeps all weights. */
  readonly keepWeightsDays: number
  readonly backtestSessions: number
  readonly moveThresholdPct: number
  /** Whether live forecasts are explained. */
  readonly explain: boolean
  readonly codeVersion: string
  readonly runId: string
  readonly clock: () => Date
  readonly log: Logger
  /** Seconds of training after which its state is kept again. */
  readonly checkpointSeconds: number
  readonly signal: AbortSignal
}
