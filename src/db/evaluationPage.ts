import { and, asc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Db } from './database.js'
import { evaluations } from './schema.js'

const { record: _, ...headColumns } = getTableColumns(evaluations)

/** What was evaluated and how, without its figures. */
export type EvaluationHead = Omit<typeof evaluations.$inferSelect, 'record'>
/** The key of an evaluation: where a page ends. */
export type EvaluationCursor = readonly [
  ticker: string,
  model: string,
  seed: number,
  experiment: string,
  dataHash: string,
]

/** At most `limit` evaluations by ticker, model and seed, those after `after`, of one ticker or of all. */
export const evaluationPage = (
  db: Db,
  { ticker, after, limit }: { ticker?: string | undefined; after?: EvaluationCursor | undefined; limit: number },
): Promise<EvaluationHead[]> => {
  const { ticker: symbol, model, seed, experiment, dataHash } = evaluations
  const key = sql`(${symbol}, ${model}, ${seed}, ${experiment}, ${dataHash})`
  const beyond = (cursor: EvaluationCursor): SQL =>
    sql`${key} > (${sql.join(
      cursor.map((value) => sql`${value}`),
      sql`, `,
    )})`
  return db
    .select(headColumns)
    .from(evaluations)
    .where(and(ticker === undefined ? undefined : eq(symbol, ticker), after && beyond(after)))
    .orderBy(asc(symbol), asc(model), asc(seed), asc(experiment), asc(dataHash))
    .limit(limit)
}
