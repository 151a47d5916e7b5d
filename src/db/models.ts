import { and, desc, eq, sql } from 'drizzle-orm'
import type { ForecastOrigin } from '../domain/forecast.js'
import type { Db } from './database.js'
import { models } from './schema.js'

export type ModelRow = typeof models.$inferSelect

/** The newest model of that purpose, weights included. */
export const latestModel = async (
  db: Db,
  ticker: string,
  forecaster: string,
  purpose: ForecastOrigin,
): Promise<ModelRow | undefined> =>
  (
    await db
      .select()
      .from(models)
      .where(and(eq(models.ticker, ticker), eq(models.forecaster, forecaster), eq(models.purpose, purpose)))
      .orderBy(desc(models.trainEnd), desc(models.createdAt))
      .limit(1)
  )[0]

export type ModelInsert = typeof models.$inferInsert

/** Stores a model once: the same training gives the same id. */
export async function saveModel(db: Db, model: ModelInsert): Promise<void> {
  await db.insert(models).values(model).onConflictDoNothing()
}

/** Last training session of the full training that a chain of fine-tunings goes back to. */
export async function fullTrainingEnd(db: Db, id: string): Promise<string | undefined> {
  const [root] = await db.execute<{ trainEnd: string }>(sql`
    with recursive lineage as (
      select id, parent, train_end from models where id = ${id}
      union all
      select m.id, m.parent, m.train_end from models m join lineage l on m.id = l.parent
    )
    select train_end as "trainEnd" from lineage where parent is null`)
  return root?.trainEnd
}
