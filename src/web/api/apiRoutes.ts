import { Hono } from 'hono'
import type { Db } from '../../db/database.js'
import { latestRun } from '../../db/latestRun.js'
import { overviewRows } from '../../db/overview.js'
import { scoreSeries } from '../../db/rollingScores.js'
import { displayBars, nextForecasts, pastForecasts } from '../../db/tickerHistory.js'
import { findKnown } from '../findKnown.js'
import { problem } from '../problem.js'
import { RANGES, rangeQuery, rollingQuery } from '../query.js'
import { MODEL } from '../routes.js'
import { historyView } from './historyView.js'

/** JSON of what the pages show: `/tickers`, `/run`, `/tickers/:symbol/history`, `/tickers/:symbol/scores`. */
export function apiRoutes(db: Db): Hono {
  const api = new Hono()
  api.use(async (c, next) => {
    await next()
    c.header('Cache-Control', 'no-cache')
  })

  api.get('/tickers', async (c) => c.json(await overviewRows(db, MODEL, 60)))
  api.get('/run', async (c) => c.json((await latestRun(db)) ?? null))

  api.get('/tickers/:symbol/history', async (c) => {
    const range = rangeQuery(c)
    const ticker = await findKnown(db, c.req.param('symbol'))
    if (!ticker) return problem(c, 404, 'Unknown ticker')
    const bars = await displayBars(db, ticker.symbol, RANGES[range])
    const [past, next] = await Promise.all([
      pastForecasts(db, ticker.symbol, MODEL, bars[0]?.session ?? '0001-01-01'),
      nextForecasts(db, ticker.symbol, MODEL),
    ])
    return c.json({ symbol: ticker.symbol, range, ...historyView(bars, past, next) })
  })

  api.get('/tickers/:symbol/scores', async (c) => {
    const { window, figure, vs } = rollingQuery(c)
    const ticker = await findKnown(db, c.req.param('symbol'))
    if (!ticker) return problem(c, 404, 'Unknown ticker')
    const series = await scoreSeries(db, ticker.symbol, window, figure, [MODEL, ...(vs ?? [])])
    return c.json({ symbol: ticker.symbol, window, figure, series })
  })
  return api
}
