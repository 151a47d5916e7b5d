import { type Context, Hono } from 'hono'
import type { Db } from '../../db/database.js'
import { scoreSeries } from '../../db/rollingScores.js'
import { latestVerdict } from '../../db/scores.js'
import { displayBars, pastForecasts } from '../../db/tickerHistory.js'
import type { ListedTicker } from '../../db/tickerPage.js'
import { showsOnly } from '../cache/shows.js'
import { wantedBaselines } from '../chosenBaselines.js'
import { figureNames } from '../figureNames.js'
import { findKnown } from '../findKnown.js'
import { ForecastTable } from '../partials/forecastTable.js'
import { PriceTable } from '../partials/priceTable.js'
import { SeriesTable } from '../partials/seriesTable.js'
import { beforeQuery, seriesQuery } from '../query.js'
import { apiPath, MODEL, tablePath, withQuery } from '../routes.js'
import { page } from './answers.js'
import type { Frame } from './layout.js'
import { TablePage } from './tablePage.js'

interface TableOptions extends Frame {
  readonly db: Db
}

const most = 50

/** The long tables of a ticker's page, each on pages of its own: prices, forecasts and rolling figures. */
export function tableRoutes({ db, ...frame }: TableOptions): Hono {
  const routes = new Hono()
  const known = (answer: (c: Context, ticker: ListedTicker) => Promise<Response>) => async (c: Context) => {
    const ticker = await findKnown(db, c.req.param('symbol')!)
    if (!ticker) return c.notFound()
    showsOnly(c, ticker.symbol)
    return answer(c, ticker)
  }

  routes.get(
    '/tickers/:symbol/prices',
    known(async (c, ticker) => {
      const [{ symbol }, before] = [ticker, beforeQuery(c)]
      const bars = await displayBars(db, symbol, { newest: most + 1, before })
      return page(
        c,
        <TablePage
          {...{ frame, ticker, before }}
          name="prices and volume"
          lede="On the basis of the newest price, as in the plot. The file holds them as they came."
          file={[apiPath(symbol, 'bars.csv'), 'CSV']}
          action={tablePath(symbol, 'prices')}
          isEmpty={bars.length === 0}
        >
          <PriceTable {...{ symbol, bars, most, before }} />
        </TablePage>,
      )
    }),
  )
  routes.get(
    '/tickers/:symbol/forecasts',
    known(async (c, ticker) => {
      const [{ symbol }, before] = [ticker, beforeQuery(c)]
      const past = await pastForecasts(db, symbol, MODEL, { newest: most + 1, before })
      const bars = past[0] ? await displayBars(db, symbol, { since: past[0].asOf }) : []
      return page(
        c,
        <TablePage
          {...{ frame, ticker, before }}
          name="forecasts"
          lede="Every forecast of the model that counts, with what happened. The file holds all that was ever written."
          file={[withQuery(apiPath(symbol, 'forecasts.csv'), { forecaster: MODEL }), 'CSV']}
          action={tablePath(symbol, 'forecasts')}
          isEmpty={past.length === 0}
        >
          <ForecastTable {...{ symbol, past, bars, most, before }} />
        </TablePage>,
      )
    }),
  )
  routes.get(
    '/tickers/:symbol/rolling',
    known(async (c, ticker) => {
      const [{ symbol }, { before, ...query }] = [ticker, seriesQuery(c)]
      const { window, figure } = query
      const vs = wantedBaselines(query, await latestVerdict(db, symbol, MODEL))
      const series = await scoreSeries(db, symbol, window, figure, [MODEL, ...vs], { newest: most + 1, before })
      const shown = { window: String(window), figure, vs }
      return page(
        c,
        <TablePage
          {...{ frame, ticker, before }}
          name={`rolling ${figureNames[figure]}`}
          lede={`Over the ${window} settled forecasts up to each session, or as many as there were.`}
          file={[withQuery(apiPath(symbol, 'scores'), shown), 'JSON']}
          action={tablePath(symbol, 'rolling', shown)}
          isEmpty={series.length === 0}
        >
          <SeriesTable query={{ ...query, vs: [...vs] }} {...{ symbol, series, most, before }} />
        </TablePage>,
      )
    }),
  )
  return routes
}
