import { barsOf } from '../../db/bars.js'
import type { Db } from '../../db/database.js'
import { activeSeries, seriesRows } from '../../db/series.js'
import type { AdjustedBar } from '../../domain/bar.js'
import { UserError } from '../../domain/errors.js'
import { servesTicker } from '../../domain/series.js'
import type { Ticker } from '../../domain/ticker.js'
import type { ExogenousSeries } from '../../features/exogenous.js'
import { type TickerInputs, tickerInputs } from './tickerData.js'

/** Everything stored that the models may see of a ticker. @throws UserError when it has no bars yet. */
export async function storedInputs(db: Db, ticker: Ticker): Promise<TickerInputs> {
  const { symbol } = ticker
  const bars: AdjustedBar[] = await barsOf(db, symbol)
  if (bars.length === 0)
    throw new UserError(`${symbol}: no bars are stored yet: run mambacast ingest --ticker ${symbol}`)
  return tickerInputs(ticker, bars, await storedSeries(db, symbol))
}

/** The active series that serve a ticker, with all that is stored of them. */
export async function storedSeries(db: Db, ticker: string): Promise<ExogenousSeries[]> {
  const serving = (await activeSeries(db)).filter((series) => servesTicker(series, ticker))
  return Promise.all(serving.map(async ({ name }) => ({ name, points: await seriesRows(db, name) })))
}
