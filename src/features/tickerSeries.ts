import type { AdjustedBar } from '../domain/bar.js'
import type { TickerField } from '../domain/series.js'
import { parkinson } from './rangeVolatility.js'
import { toSeries } from './series.js'

/** What other tickers may see of L bars as one number a session (L), on the first bar's basis, so that no later split moves it. */
export function tickerSeries(bars: readonly AdjustedBar[], field: TickerField): Float64Array {
  const series = toSeries(bars)
  switch (field) {
    case 'close':
      return series.close
    case 'volume':
      return series.volume
    case 'range':
      return parkinson(series).map((variance) => 100 * Math.sqrt(variance))
  }
}
