import type { AdjustedBar } from '../domain/bar.js'
import { columnOf, type FeatureColumn } from './series.js'

const WINDOW = 66
/** Standard deviations below this share of the mean are rounding, not movement. */
const LEAST_RELATIVE_SD = 1e-9

/** Names of all extras that occur in the bars, in order of code units. */
export function extraNames(bars: readonly AdjustedBar[]): string[] {
  const names = new Set<string>()
  for (const bar of bars) for (const name in bar.extras) names.add(name)
  return [...names].sort()
}

/** For each extra its change and its z-score (`changeAndZScore`). (L) each, NaN where a value is missing. */
export function extraFeatures(bars: readonly AdjustedBar[], names: readonly string[]): FeatureColumn[] {
  return names.flatMap((name) => {
    const { change, zScore } = changeAndZScore(columnOf(bars, (bar) => bar.extras[name] ?? Number.NaN))
    return [
      { name: `${name}_change`, values: change },
      { name: `${name}_z_score`, values: zScore },
    ]
  })
}

/**
 * Change of x (L) since the session before and its z-score within the last 66 sessions. (L) each, NaN where a value is
 * missing.
 *
 * The change is ln(x[t] / x[t-1]) where both are positive, otherwise their difference over the window's standard
 * deviation; so neither depends on the unit of x.
 */
export function changeAndZScore(x: Float64Array): { readonly change: Float64Array; readonly zScore: Float64Array } {
  const { mean, sd } = trailingMoments(x)
  const zScore = x.map((value, t) => inUnitsOf(sd[t]!, value - mean[t]!))
  const change = x.map((value, t) => {
    const before = t === 0 ? Number.NaN : x[t - 1]!
    return value > 0 && before > 0 ? Math.log(value / before) : inUnitsOf(sd[t]!, value - before)
  })
  return { change, zScore }
}

/** A constant stretch has no unit to measure in; what does not move deviates by nothing. */
const inUnitsOf = (sd: number, deviation: number): number => (sd === 0 ? 0 * deviation : deviation / sd)

/** Mean and standard deviation of the last 66 values (L), NaN while one of them is missing; summed afresh, in two passes. */
function trailingMoments(x: Float64Array): { mean: Float64Array; sd: Float64Array } {
  const mean = new Float64Array(x.length).fill(Number.NaN)
  const sd = new Float64Array(x.length).fill(Number.NaN)
  for (let t = WINDOW - 1; t < x.length; t++) {
    let sum = 0
    for (let i = t - WINDOW + 1; i <= t; i++) sum += x[i]!
    const centre = sum / WINDOW
    let squares = 0
    for (let i = t - WINDOW + 1; i <= t; i++) squares += (x[i]! - centre) ** 2
    const spread = Math.sqrt(squares / WINDOW)
    mean[t] = centre
    sd[t] = spread <= LEAST_RELATIVE_SD * Math.abs(centre) ? 0 : spread
  }
  return { mean, sd }
}
