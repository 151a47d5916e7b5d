import { desc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Db } from './database.js'
import { models, qualityReports } from './schema.js'

const { weights: _, ...cardColumns } = getTableColumns(models)

/** All that is known of a model but its weights. */
export type ModelCard = Omit<typeof models.$inferSelect, 'weights'>
export type QualityRecord = typeof qualityReports.$inferSelect

/** What ingest refused and which splits it found, as last reported. */
export const qualityRecord = async (db: Db, symbol: string): Promise<QualityRecord | undefined> =>
  (await db.select().from(qualityReports).where(eq(qualityReports.ticker, symbol)))[0]

/** The ticker's newest `limit` models, newest first. */
export const modelCards = (db: Db, symbol: string, limit: number): Promise<ModelCard[]> =>
  db.select(cardColumns).from(models).where(eq(models.ticker, symbol)).orderBy(desc(models.createdAt)).limit(limit)

/** All that is known of one model but its weights. */
export const modelCard = async (db: Db, id: string): Promise<ModelCard | undefined> =>
  (await db.select(cardColumns).from(models).where(eq(models.id, id)))[0]

/** One model of a chain of fine-tunings. */
export interface Ancestor extends Pick<ModelCard, 'id' | 'purpose' | 'reason' | 'trainEnd'> {
  readonly parent: string | null
}

/** The chain of fine-tunings that leads to model `id`, itself first, at most `limit` long. */
export async function lineageOf(db: Db, id: string, limit: number): Promise<Ancestor[]> {
  const rows = await db.execute<Ancestor & Record<string, unknown>>(sql`
    with recursive chain as (
      select id, purpose, reason, train_end, parent, 1 as depth from models where id = ${id}
      union all
      select m.id, m.purpose, m.reason, m.train_end, m.parent, depth + 1
      from models m join chain on m.id = chain.parent where depth < ${limit}
    )
    select id, purpose, reason, train_end as "trainEnd", parent from chain order by depth`)
  return [...rows]
}
