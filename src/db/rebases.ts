import { and, eq, gte, isNull } from 'drizzle-orm'
import type { Db } from './database.js'
import { models, rebases } from './schema.js'

export type Rebase = Omit<typeof rebases.$inferInsert, 'id' | 'ticker' | 'rebasedAt'>

/**
 * Records that stored prices changed their basis, and marks every model that had seen the old one.
 *
 * @returns how many models were marked.
 */
export async function recordRebase(db: Db, ticker: string, rebase: Rebase, now: Date): Promise<number> {
  await db.insert(rebases).values({ ...rebase, ticker, rebasedAt: now })
  const marked = await db
    .update(models)
    .set({ rebasedAt: now })
    .where(and(eq(models.ticker, ticker), gte(models.trainEnd, rebase.session), isNull(models.rebasedAt)))
    .returning({ id: models.id })
  return marked.length
}
