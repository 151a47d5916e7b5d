import { UserError } from '../../../domain/errors.js'
import type { Distribution } from '../../../domain/forecast.js'
import type { Trial } from '../../../domain/tuning.js'
import { pinballLoss } from '../../../evaluation/distributionMetrics.js'
import type { TrainingOptions } from '../../../model/forecaster.js'
import type { TrainingPool } from '../../../model/trainingPool.js'
import type { TuningData } from './tuningData.js'

export type TrialOutcome = Pick<Trial, 'bestEpoch' | 'pinball' | 'error' | 'seconds'>

/**
 * Trains with the given options on the sessions before the validation sessions, and scores the forecasts of these. A
 * training that diverges is an outcome too.
 * @throws the signal's reason when aborted.
 */
export async function runTrial(
  pool: TrainingPool,
  { cut, data }: TuningData,
  options: TrainingOptions,
  signal: AbortSignal,
): Promise<TrialOutcome> {
  const { table } = data
  try {
    const checkpoint = await pool.train({ table, trainRows: cut.trainRows, options, signal })
    const forecasts = await pool.predict(checkpoint, table, cut.trainRows, signal)
    const pinball = meanPinball({ cut, data }, forecasts)
    return { bestEpoch: checkpoint.epochs, pinball, error: null, seconds: checkpoint.seconds }
  } catch (error) {
    if (!(error instanceof UserError) || signal.aborted) throw error
    return { bestEpoch: null, pinball: null, error: error.message, seconds: 0 }
  }
}

/** EWMA's loss on the validation sessions, by which those of all trials are divided. */
export async function ewmaPinball(pool: TrainingPool, { cut, data }: TuningData, signal: AbortSignal): Promise<number> {
  const baselines = await pool.forecastBaselines(data.bars, cut.trainRows, signal)
  return meanPinball({ cut, data }, baselines.find(({ name }) => name === 'ewma')!.distributions)
}

/** Mean pinball loss in percent over the validation sessions. @param forecasts The first was made as of row `trainRows`. */
function meanPinball({ cut, data }: TuningData, forecasts: readonly Distribution[]): number {
  const { trainRows, validationSessions } = cut
  const losses = forecasts
    .slice(0, validationSessions)
    .map(({ quantiles }, i) => pinballLoss(quantiles, data.table.targetPct[trainRows + i]!))
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length
}
