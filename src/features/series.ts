import type { AdjustedBar } from '../domain/bar.js'

/** Columns of L bars, all on the price and share basis of the first one, so that they compare across splits. */
export interface Series {
  readonly length: number
  readonly sessions: readonly string[]
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
  /** ln(close[t] / close[t - 1]); NaN in the first row. */
  readonly logReturn: Float64Array
  /** (close[t] / close[t - 1] - 1) * 100 with the previous close on this session's basis; NaN in the first row. */
  readonly returnPct: Float64Array
}

/** One feature: a name and a value for each bar, NaN where it is not known. */
export interface FeatureColumn {
  readonly name: string
  /** (L) */
  readonly values: Float64Array
}

/**
 * Puts L bars on one basis going forwards from the first, so that row t depends on rows <= t only.
 *
 * Prices are divided, volumes multiplied by the product of all ratios up to their row. (A cash dividend moves the volume
 * basis too, by its yield.)
 */
export function toSeries(bars: readonly AdjustedBar[]): Series {
  const basis = new Float64Array(bars.length)
  for (let t = 0; t < bars.length; t++) basis[t] = t === 0 ? 1 : basis[t - 1]! * bars[t]!.ratio
  const price = (name: 'open' | 'high' | 'low' | 'close') => columnOf(bars, (bar, t) => bar[name] / basis[t]!)
  const growth = columnOf(bars, (bar, t) => (t === 0 ? Number.NaN : bar.close / (bars[t - 1]!.close * bar.ratio)))
  return {
    length: bars.length,
    sessions: bars.map((bar) => bar.session),
    open: price('open'),
    high: price('high'),
    low: price('low'),
    close: price('close'),
    volume: columnOf(bars, (bar, t) => bar.volume * basis[t]!),
    logReturn: growth.map(Math.log),
    returnPct: growth.map((factor) => (factor - 1) * 100),
  }
}

/** One number of each bar as a column (L). */
export function columnOf(
  bars: readonly AdjustedBar[],
  numberOf: (bar: AdjustedBar, t: number) => number,
): Float64Array {
  const column = new Float64Array(bars.length) // Float64Array.from goes through the iterator: ten times slower
  for (let t = 0; t < bars.length; t++) column[t] = numberOf(bars[t]!, t)
  return column
}
