import { and, desc, eq } from 'drizzle-orm'
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

/** Stores a model once: the same training gives the same id. */
export async function saveModel(db: Db, model: typeof models.$inferInsert): Promise<void> {
  await db.insert(models).values(model).onConflictDoNothing()
}
