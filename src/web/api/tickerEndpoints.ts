import { z } from 'zod'
import type { Db } from '../../db/database.js'
import type { ShownForecast } from '../../db/overview.js'
import { scoreSeries } from '../../db/rollingScores.js'
import { latestScores, latestVerdict } from '../../db/scores.js'
import { displayBars, nextForecasts, pastForecasts } from '../../db/tickerHistory.js'
import { listedTicker, tickerPage } from '../../db/tickerPage.js'
import { tickerQuality } from '../../db/tickerQuality.js'
import { goodUntil } from '../cache/shows.js'
import { orderedRows } from '../overviewView.js'
import { overviewSchema as overviewQuery, RANGES, rangeSchema, rollingSchema } from '../query.js'
import { MODEL } from '../routes.js'
import { nextView } from '../tickerView.js'
import { type Endpoint, endpoint } from './endpoint.js'
import { historyView } from './historyView.js'
import { only } from './only.js'
import { page, pageOf, pageQuery } from './paging.js'
import {
  historySchema,
  overviewSchema,
  qualitySchema,
  seriesSchema,
  shownForecastSchema,
  tickerDetailSchema,
  tickerSchema,
  verdictSchema,
} from './schemas.js'
import { plainText } from './values.js'

const group = 'Tickers'

/** Part of an address that names a ticker. */
export const ofTicker = z.object({ symbol: plainText })

/** The tickers, the overview, and what the page of a ticker shows. */
export function tickerEndpoints(db: Db, now: () => Date): Endpoint[] {
  return [
    endpoint({
      ...{ path: '/tickers', group, summary: 'All tickers by symbol.', answer: pageOf(tickerSchema) },
      query: pageQuery.extend({ active: z.enum(['true', 'false']).optional() }),
      handle: async ({ query: { limit, cursor, active } }, c) => {
        const isActive = active === undefined ? undefined : active === 'true'
        const found = await tickerPage(db, { after: cursor, limit: limit + 1, active: isActive })
        return page(
          c,
          found.map((row) => only(tickerSchema, row)),
          limit,
          ({ symbol }) => String(symbol),
        )
      },
    }),
    endpoint({
      ...{ path: '/overview', group, summary: 'What the overview shows, filtered and sorted as there.' },
      query: overviewQuery
        .omit({ page: true })
        .extend(pageQuery.shape)
        .extend({ cursor: z.coerce.number().int().min(0).optional() }),
      answer: pageOf(overviewSchema),
      handle: async ({ query: { limit, cursor = 0, ...query } }, c) => {
        const { matching, until } = await orderedRows(db, query, now())
        goodUntil(c, until)
        const found = matching.slice(cursor, cursor + limit + 1).map(({ freshness, ...row }) => ({
          ...only(overviewSchema, row),
          state: freshness.state,
          verdict: row.verdict && only(verdictSchema, row.verdict),
          forecast: row.forecast && shown(row.forecast),
        }))
        return page(c, found, limit, () => String(cursor + limit))
      },
    }),
    endpoint({
      ...{ path: '/tickers/{symbol}', group, summary: 'A ticker with its next forecasts, verdict and newest figures.' },
      ...{ params: ofTicker, answer: tickerDetailSchema },
      handle: async ({ params: { symbol } }, c) => {
        const ticker = await listedTicker(db, symbol)
        if (!ticker) return undefined
        const [next, verdict] = await Promise.all([nextView(db, ticker, now()), latestVerdict(db, symbol, MODEL)])
        const { forecast, baselines, freshness } = next
        goodUntil(c, next.until)
        return {
          ticker: only(tickerSchema, ticker),
          state: freshness.state,
          forecasts: [...(forecast ? [forecast] : []), ...baselines].map(shown),
          verdict: verdict ? only(verdictSchema, verdict) : null,
          figures: forecast ? await latestScores(db, symbol, forecast.asOf) : [],
        }
      },
    }),
    endpoint({
      ...{ path: '/tickers/{symbol}/history', group, summary: 'Prices with every past forecast, ready to be drawn.' },
      ...{ params: ofTicker, query: rangeSchema, answer: historySchema },
      handle: async ({ params: { symbol }, query: { range } }) => {
        if (!(await listedTicker(db, symbol))) return undefined
        const bars = await displayBars(db, symbol, { months: RANGES[range] })
        const [past, next] = await Promise.all([
          pastForecasts(db, symbol, MODEL, { since: bars[0]?.session ?? '0001-01-01' }),
          nextForecasts(db, symbol, MODEL),
        ])
        return { symbol, range, ...historyView(bars, past, next) }
      },
    }),
    endpoint({
      ...{
        path: '/tickers/{symbol}/scores',
        group,
        summary: 'A rolling figure of the model and of those named in vs.',
      },
      ...{ params: ofTicker, query: rollingSchema, answer: seriesSchema },
      handle: async ({ params: { symbol }, query: { window, figure, vs } }) =>
        (await listedTicker(db, symbol)) && {
          ...{ symbol, window, figure },
          series: await scoreSeries(db, symbol, window, figure, [MODEL, ...(vs ?? [])]),
        },
    }),
    endpoint({
      ...{
        path: '/tickers/{symbol}/quality',
        group,
        summary: 'Refused rows, splits, what stands out in the bars, and who served them.',
      },
      ...{ params: ofTicker, answer: qualitySchema },
      handle: async ({ params: { symbol } }) => (await listedTicker(db, symbol)) && tickerQuality(db, symbol),
    }),
  ]
}

const shown = (forecast: ShownForecast) => ({
  ...only(shownForecastSchema, forecast),
  madeAt: new Date(forecast.madeAt).toISOString(),
})
