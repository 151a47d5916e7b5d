import { z } from 'zod'
import type { Db } from '../../db/database.js'
import { lifecycles } from '../../db/lifecycle.js'
import { type Endpoint, endpoint } from './endpoint.js'
import { page, pageOf, pageQuery } from './paging.js'
import { plainText } from './values.js'

const session = z.iso.date()
const moment = z.iso.datetime({ offset: true })

const trained = {
  lineage: z.string().describe('Id of the full training; what was fine-tuned from it goes with it.'),
  trainEnd: session,
  why: z.string().describe('Why it was trained.'),
  trainedAt: moment,
  current: z
    .strictObject({ id: z.string(), trainEnd: session, why: z.string() })
    .nullable()
    .describe('Its newest weights; null once all are purged.'),
}

const test = z.strictObject({
  asOf: session,
  n: z.number().int(),
  pinball: z.number(),
  servedPinball: z.number(),
  pValue: z.number().nullable().describe('One-sided: that it loses more than the margin.'),
  marginPct: z.number(),
})

const lifecycleSchema = z
  .strictObject({
    ticker: z.string(),
    isSample: z.boolean(),
    champion: z
      .strictObject({
        ...{ ...trained, reason: z.string().describe('Why it serves.'), since: moment },
        cause: z.enum(['first', 'test', 'necessity', 'promoted', 'rolled back']),
      })
      .nullable(),
    predecessor: z.strictObject({ lineage: z.string(), isPurged: z.boolean() }).nullable(),
    trials: z.array(
      z.strictObject({
        ...{ ...trained, test: test.nullable(), outcome: z.enum(['promoted', 'retired']).nullable() },
        ...{ reason: z.string().nullable(), beganAt: moment, endedAt: moment.nullable() },
      }),
    ),
    drift: z
      .strictObject({
        ...{ asOf: session, n: z.number().int(), statistic: z.number(), threshold: z.number() },
        ...{ alarmAsOf: session.nullable(), lossRatio: z.number() },
      })
      .nullable(),
  })
  .meta({ id: 'Lifecycle' })

/** Who serves each ticker, who is on trial, and whether losses drift. */
export const lifecycleEndpoint = (db: Db): Endpoint =>
  endpoint({
    ...{
      path: '/lifecycle',
      group: 'Models and evaluations',
      summary: 'Champion, challengers and drift of each ticker.',
    },
    query: pageQuery.extend({ ticker: plainText.optional().describe('Only of this ticker.') }),
    answer: pageOf(lifecycleSchema),
    handle: async ({ query: { limit, cursor: after, ticker } }, c) =>
      page(c, await lifecycles(db, { ticker, after, limit: limit + 1 }), limit, (last) => last.ticker),
  })
