import type { AdjustedBar } from '../../domain/bar.js'
import { computeFeatures } from '../../features/computeFeatures.js'
import type { FeatureTable } from '../../features/table.js'
import { dataHashes } from '../../ingest/dataHash.js'

/** Everything the models see of one ticker. */
export interface TickerData {
  readonly ticker: string
  readonly bars: readonly AdjustedBar[]
  /** One per bar: hash of all bars up to it. */
  readonly hashes: readonly string[]
  readonly table: FeatureTable
}

/** Features and hashes of bars in session order. */
export const tickerData = (ticker: string, bars: readonly AdjustedBar[]): TickerData => ({
  ticker,
  bars,
  hashes: dataHashes(bars),
  table: computeFeatures(bars),
})
