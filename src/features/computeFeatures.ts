import type { AdjustedBar } from '../domain/bar.js'
import { calendarFeatures } from './calendar.js'
import { drawdownFeatures } from './drawdown.js'
import { ewmaVolatilityFeatures } from './ewmaVolatility.js'
import { EXOGENOUS_CHANNELS, exogenousFeatures, type KnownValues } from './exogenous.js'
import { extraFeatures, extraNames } from './extras.js'
import { leverageFeatures } from './leverage.js'
import { parkinson, rangeVolatilityFeatures } from './rangeVolatility.js'
import { returnFeatures } from './returns.js'
import { type FeatureColumn, type Series, toSeries } from './series.js'
import type { FeatureTable } from './table.js'
import { volatilityScale } from './volatilityScale.js'
import { volumeFeatures } from './volume.js'

/** Every family of features made from prices, volumes and dates; a new one is one file and one line here. */
const FAMILIES: readonly ((series: Series, volatility: Float64Array) => FeatureColumn[])[] = [
  returnFeatures,
  rangeVolatilityFeatures,
  ewmaVolatilityFeatures,
  volumeFeatures,
  calendarFeatures,
  drawdownFeatures,
  leverageFeatures,
]

export interface FeatureOptions {
  /** Extras to make features of, present or not; those that occur in the bars unless told otherwise. */
  readonly extras?: readonly string[]
  /** What series beside the prices said at the close of each bar. */
  readonly exogenous?: readonly KnownValues[]
}

/**
 * Computes all features of L bars in ascending order: values (L, F), returns and scales in percent.
 *
 * Causal and scale-free: row t uses bars <= t, and no feature depends on the price level or the volume's unit. A model
 * that was trained with certain extras names them, so that its columns stay when one of them no longer comes.
 */
export function computeFeatures(bars: readonly AdjustedBar[], options: FeatureOptions = {}): FeatureTable {
  const series = toSeries(bars)
  const volatility = volatilityScale(series)
  const { exogenous = [] } = options
  const columns = [
    ...FAMILIES.flatMap((family) => family(series, volatility)),
    ...extraFeatures(bars, options.extras ?? extraNames(bars)),
    ...exogenous.flatMap((known) => exogenousFeatures(known, series.sessions)),
  ]
  const { sessions, returnPct } = series
  return {
    names: columns.map((column) => column.name),
    sessions,
    values: toRows(columns, series.length),
    returnPct,
    targetPct: returnPct.map((_, t) => returnPct[t + 1] ?? Number.NaN),
    rangePct: parkinson(series).map((variance) => 100 * Math.sqrt(variance)),
    scalePct: volatility.map((fraction) => 100 * fraction),
    ...(exogenous.length > 0 && { context: { sources: exogenous.length, channels: EXOGENOUS_CHANNELS.length } }),
  }
}

/** The features as they stood after session `asOf`: later bars are cut off before anything is computed. */
export function featuresAsOf(bars: readonly AdjustedBar[], asOf: string, options: FeatureOptions = {}): FeatureTable {
  return computeFeatures(
    bars.filter((bar) => bar.session <= asOf),
    options,
  )
}

function toRows(columns: readonly FeatureColumn[], length: number): Float64Array {
  const values = new Float64Array(length * columns.length)
  columns.forEach(({ values: column }, f) => {
    for (let t = 0; t < length; t++) values[t * columns.length + f] = column[t]!
  })
  return values
}
