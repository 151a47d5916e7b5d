import { and, eq, sql } from 'drizzle-orm'
import type { EvaluationKey, EvaluationRecord } from '../domain/evaluation.js'
import type { Db } from './database.js'
import { evaluations } from './schema.js'

export type EvaluationInsert = typeof evaluations.$inferInsert

/** The stored record of exactly that evaluation, if it has been done. */
export async function findEvaluation(db: Db, key: EvaluationKey): Promise<EvaluationRecord | undefined> {
  const [row] = await db
    .select({ record: evaluations.record })
    .from(evaluations)
    .where(
      and(
        eq(evaluations.ticker, key.ticker),
        eq(evaluations.model, key.model),
        eq(evaluations.seed, key.seed),
        eq(evaluations.experiment, key.experiment),
        eq(evaluations.dataHash, key.dataHash),
      ),
    )
  return row?.record
}

/** Stores an evaluation; one that was done again replaces the earlier. */
export async function saveEvaluation(db: Db, row: EvaluationInsert): Promise<void> {
  await db
    .insert(evaluations)
    .values(row)
    .onConflictDoUpdate({
      target: [evaluations.ticker, evaluations.model, evaluations.seed, evaluations.experiment, evaluations.dataHash],
      set: {
        record: sql`excluded.record`,
        codeVersion: sql`excluded.code_version`,
        createdAt: sql`excluded.created_at`,
      },
    })
}
