import { z } from 'zod'
import type { Db } from '../../db/database.js'
import { explanationOf } from '../../db/explanations.js'
import { nextForecasts } from '../../db/tickerHistory.js'
import { listedTicker } from '../../db/tickerPage.js'
import { MODEL } from '../routes.js'
import { type Endpoint, endpoint } from './endpoint.js'
import { ofTicker } from './tickerEndpoints.js'

const parts = z.array(z.number())

const attributionSchema = z.strictObject({
  baseline: z.number().describe('After average sessions.'),
  output: z.number().describe('As forecast.'),
  residual: z.number().describe('Share of output - baseline that the parts miss; above 0.01 they are not to be shown.'),
  steps: z.number().int(),
  features: parts.describe('One part a feature; they sum to output - baseline.'),
  sessions: parts.describe('One part a session; with `earlier` they sum to output - baseline.'),
  earlier: z.number(),
})

const explanationSchema = z
  .strictObject({
    asOf: z.iso.date(),
    model: z.string(),
    features: z.array(z.string()),
    values: parts.describe('Standard deviations from the training mean, in the last session.'),
    sessions: z.array(z.iso.date()).describe('Oldest first.'),
    width: attributionSchema.nullable().describe('Of ln(width of the 80 % interval / volatility scale).'),
    median: attributionSchema.describe('In percent.'),
    attention: z
      .strictObject({ sessions: parts, earlier: z.number() })
      .describe("Each session's share of what the network's scan reads out; they sum to 1."),
  })
  .meta({ id: 'Explanation' })

/** What shaped the newest forecast of a ticker. */
export const explanationEndpoint = (db: Db): Endpoint =>
  endpoint({
    ...{
      path: '/tickers/{symbol}/explanation',
      group: 'Tickers',
      summary:
        "What shaped the model's newest forecast, by feature and by past session; 404 where it was not recorded.",
    },
    ...{ params: ofTicker, answer: explanationSchema },
    handle: async ({ params: { symbol } }) => {
      if (!(await listedTicker(db, symbol))) return undefined
      const forecast = (await nextForecasts(db, symbol, MODEL)).find(({ forecaster }) => forecaster === MODEL)
      const explanation = forecast && (await explanationOf(db, { ...forecast, ticker: symbol }))
      return explanation && { asOf: forecast.asOf, model: forecast.model, ...explanation }
    },
  })
