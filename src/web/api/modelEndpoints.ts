import { z } from 'zod'
import type { Db } from '../../db/database.js'
import { evaluationPage } from '../../db/evaluationPage.js'
import { findEvaluation } from '../../db/evaluations.js'
import { findModel, modelPage } from '../../db/modelPage.js'
import { type Endpoint, endpoint } from './endpoint.js'
import { only } from './only.js'
import { joined, page, pageOf, pageQuery, split } from './paging.js'
import { evaluationSchema, modelSchema } from './schemas.js'
import { int32, plainText } from './values.js'

const group = 'Models and evaluations'
const listQuery = pageQuery.extend({ ticker: plainText.optional().describe('Only of this ticker.') })
const evaluationKey = z.tuple([plainText, plainText, int32, plainText, plainText])

/** Trained models without their weights, and what evaluations have measured. */
export function modelEndpoints(db: Db): Endpoint[] {
  return [
    endpoint({
      ...{ path: '/models', group, summary: 'All models in the order of their ids.', query: listQuery },
      answer: pageOf(modelSchema),
      handle: async ({ query: { limit, cursor, ticker } }, c) => {
        const found = await modelPage(db, { ticker, after: cursor, limit: limit + 1 })
        const { items, next } = page(c, found, limit, ({ id }) => id)
        return { items: items.map((model) => only(modelSchema, model)), next }
      },
    }),
    endpoint({
      ...{
        path: '/models/{id}',
        group,
        summary: 'A model: how it was trained, from what, and why.',
        answer: modelSchema,
      },
      params: z.object({ id: plainText }),
      handle: async ({ params: { id } }) => {
        const model = await findModel(db, id)
        return model && only(modelSchema, model)
      },
    }),
    endpoint({
      ...{ path: '/evaluations', group, summary: 'What was evaluated, by ticker, model and seed, without figures.' },
      ...{ query: listQuery, answer: pageOf(evaluationSchema) },
      handle: async ({ query: { limit, cursor, ticker } }, c) => {
        const found = await evaluationPage(db, { ticker, after: split(cursor, evaluationKey), limit: limit + 1 })
        const { items, next } = page(c, found, limit, (last) =>
          joined([last.ticker, last.model, last.seed, last.experiment, last.dataHash]),
        )
        return { items: items.map((row) => only(evaluationSchema, row)), next }
      },
    }),
    endpoint({
      path: '/evaluations/{ticker}/{model}/{seed}/{experiment}/{dataHash}',
      ...{ group, summary: 'Everything that one evaluation has measured.', answer: z.record(z.string(), z.unknown()) },
      params: z.object({
        ticker: plainText,
        model: plainText,
        seed: int32,
        experiment: plainText,
        dataHash: plainText,
      }),
      handle: ({ params }) => findEvaluation(db, params),
    }),
  ]
}
