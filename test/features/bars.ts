import type { AdjustedBar } from '../../src/domain/bar.js'
import type { FeatureColumn } from '../../src/features/series.js'

/** One adjusted bar; ratio 1, volume 100 and no extras unless told otherwise. */
export const bar = (
  session: string,
  [open, high, low, close]: readonly [number, number, number, number],
  more: Partial<AdjustedBar> = {},
): AdjustedBar => {
  const rest = { volume: 100, previousClose: null, extras: {}, ratio: 1, ratioSource: 'none' } as const
  return { session, open, high, low, close, ...rest, ...more }
}

/** The t-th day of 2024. */
export const day = (t: number): string => new Date(Date.UTC(2024, 0, 1 + t)).toISOString().slice(0, 10)

/** A 2:1 split between Friday 2024-01-05 and Monday 2024-01-08. */
export const acrossSplit = [
  bar('2024-01-05', [100, 110, 95, 104]),
  bar('2024-01-08', [53, 54, 51, 52], { ratio: 0.5, volume: 240 }),
]

/** A forecast volatility of 2 % for each of the bars. */
export const twoPercent = (bars: readonly AdjustedBar[]): Float64Array => new Float64Array(bars.length).fill(0.02)

/** The values of the column called `name`. */
export const valuesOf = (columns: readonly FeatureColumn[], name: string): Float64Array =>
  columns.find((column) => column.name === name)!.values
