import { meanSquareAbout } from '../model/baselines/moments.js'

type Series = ArrayLike<number>

const errorsOf = (actual: Series, forecast: Series): Float64Array =>
  Float64Array.from(actual, (value, i) => value - forecast[i]!)

/** Mean absolute error, in the unit of both series (n each, n > 0). Hyndman & Koehler 2006, section 2.1. */
export const mae = (actual: Series, forecast: Series): number =>
  errorsOf(actual, forecast).reduce((sum, error) => sum + Math.abs(error), 0) / actual.length

/** Root of the mean squared error, in the unit of both series (n each, n > 0). Hyndman & Koehler 2006, section 2.1. */
export const rmse = (actual: Series, forecast: Series): number =>
  Math.sqrt(meanSquareAbout(errorsOf(actual, forecast), 0))

/**
 * Out-of-sample R² against a forecast of zero, as a fraction: 1 - SSE / SSE of zero (Gu, Kelly & Xiu 2020, equation 19).
 * 0 when nothing moved, as scikit-learn's `r2_score` has it, so that it can always be stored.
 */
export function r2Oos(actual: Series, forecast: Series): number {
  const zero = meanSquareAbout(actual, 0)
  return zero === 0 ? 0 : 1 - meanSquareAbout(errorsOf(actual, forecast), 0) / zero
}

/**
 * Share of the non-zero returns whose sign the forecast had (Pesaran & Timmermann 1992); a forecast of exactly 0 has
 * none. Null when every forecast, or every return, is 0.
 */
export function hitRate(actual: Series, forecast: Series): number | null {
  let [moved, said, right] = [0, 0, 0]
  for (let i = 0; i < actual.length; i++) {
    if (actual[i] === 0) continue
    moved++
    if (forecast[i] !== 0) said++
    if (actual[i]! * forecast[i]! > 0) right++
  }
  return said === 0 ? null : right / moved
}
