import type { Calibration } from '../../domain/calibration.js'
import type { Distribution, SettledForecast } from '../../domain/forecast.js'
import { advance, calibrate, UNCALIBRATED } from './adaptiveConformal.js'

/** Settled forecasts that are looked back on: far more than the state remembers, and a bound on what a day costs. */
export const MOST_SETTLED = 500

/** The state after raw forecasts and their outcomes (percent), given by ascending `asOf`. */
export const calibrationOf = (settled: readonly SettledForecast[]): Calibration =>
  settled
    .slice(-MOST_SETTLED)
    .reduce((state, forecast) => advance(state, forecast.asOf, forecast, forecast.returnPct), UNCALIBRATED)

export interface CalibratedForecast {
  readonly distribution: Distribution
  /** The state it was calibrated with. */
  readonly calibration: Calibration
}

/**
 * Raw forecasts of consecutive sessions, each calibrated on the outcomes of those before it.
 *
 * @param returnPct the return that each forecast spoke of (n), known when the next one is made; the last is not looked at.
 */
export function calibrateInTurn(
  asOf: readonly string[],
  raw: readonly Distribution[],
  returnPct: readonly number[],
): CalibratedForecast[] {
  let calibration = UNCALIBRATED
  return raw.map((distribution, i) => {
    if (i > 0) calibration = advance(calibration, asOf[i - 1]!, raw[i - 1]!, returnPct[i - 1]!)
    return { distribution: calibrate(calibration, distribution), calibration }
  })
}
