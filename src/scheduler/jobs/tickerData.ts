import type { AdjustedBar } from '../../domain/bar.js'
import type { Exchange, Ticker } from '../../domain/ticker.js'
import { computeFeatures } from '../../features/computeFeatures.js'
import { type ExogenousSeries, type KnownValues, knownValues } from '../../features/exogenous.js'
import type { FeatureTable } from '../../features/table.js'
import { dataHashes } from '../../ingest/dataHash.js'
import { inputHashes } from '../../ingest/inputHash.js'
import { closeOf } from '../../ingest/sessionClose.js'

/** What is known of one ticker, before features are made of it. */
export interface TickerInputs {
  readonly ticker: string
  readonly bars: readonly AdjustedBar[]
  /** What each series said at the close of each bar, in order of name; none without series. */
  readonly exogenous: readonly KnownValues[]
  /** One per bar: hash of all bars up to it, and of what the series said until then. */
  readonly hashes: readonly string[]
}

/** Everything the models see of one ticker. */
export interface TickerData extends TickerInputs {
  readonly table: FeatureTable
}

/** Who a ticker is, and by which clock its sessions end. */
export type TickerClock = Pick<Ticker, 'symbol' | 'exchange' | 'timezone'>

/** Joins bars in session order with the series as they were known at each close. Without series the hash is that of the bars. */
export function tickerInputs(
  { symbol, exchange, timezone }: TickerClock,
  bars: readonly AdjustedBar[],
  series: readonly ExogenousSeries[] = [],
): TickerInputs {
  const exogenous = joined(bars, series, { code: exchange, timezone })
  return { ticker: symbol, bars, exogenous, hashes: inputHashes(dataHashes(bars), exogenous) }
}

/** With the features made of it. */
export const tickerData = (inputs: TickerInputs): TickerData => ({
  ...inputs,
  table: computeFeatures(inputs.bars, { exogenous: inputs.exogenous }),
})

function joined(bars: readonly AdjustedBar[], series: readonly ExogenousSeries[], exchange: Exchange): KnownValues[] {
  if (series.length === 0) return []
  const closes = bars.map(({ session }) => closeOf(session, exchange))
  return series.map((one) => knownValues(one, closes))
}
