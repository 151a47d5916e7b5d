import { and, desc, eq, isNull, or, sql } from 'drizzle-orm'
import type { ForecastOrigin } from '../domain/forecast.js'
import type { Db } from './database.js'
import { models } from './schema.js'

export type ModelRow = typeof models.$inferSelect
export type ModelInsert = typeof models.$inferInsert

/** The full training that a model goes back to: itself, or the one it was fine-tuned from. */
export const lineageOf = ({ id, lineage }: Pick<ModelRow, 'id' | 'lineage'>): string => lineage ?? id

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

/** A full training's newest descendant whose weights are still there, or itself; weights included. */
export const currentModel = async (db: Db, lineage: string): Promise<ModelRow | undefined> =>
  (
    await db
      .select()
      .from(models)
      .where(and(or(eq(models.id, lineage), eq(models.lineage, lineage)), isNull(models.purgedAt)))
      .orderBy(desc(models.trainEnd), desc(models.createdAt))
      .limit(1)
  )[0]

/** The newest full training that was meant to serve, whether or not it does. */
export const newestFullTraining = async (
  db: Db,
  ticker: string,
  forecaster: string,
): Promise<Pick<ModelRow, 'id' | 'trainEnd' | 'options'> | undefined> =>
  (
    await db
      .select({ id: models.id, trainEnd: models.trainEnd, options: models.options })
      .from(models)
      .where(
        and(
          ...[eq(models.ticker, ticker), eq(models.forecaster, forecaster), eq(models.purpose, 'live')],
          isNull(models.parent),
        ),
      )
      .orderBy(desc(models.trainEnd), desc(models.createdAt))
      .limit(1)
  )[0]

/** Stores a model once: the same training gives the same id. */
export async function saveModel(db: Db, model: ModelInsert): Promise<void> {
  await db.insert(models).values(model).onConflictDoNothing()
}

/**
 * Takes the weights of models made before a moment out of the database; what is known of them stays. Kept are, of the
 * champion, the one before it and every open trial, the newest weights.
 *
 * @param ticker all of them where it is not given.
 * @returns ids of what was purged, and the bytes that were set free.
 */
export async function purgeWeights(
  db: Db,
  before: Date,
  now: Date,
  ticker?: string,
): Promise<{ id: string; ticker: string; bytes: number }[]> {
  const about = ticker === undefined ? sql`true` : sql`ticker = ${ticker}`
  const rows = await db.execute<{ id: string; ticker: string; bytes: number }>(sql`
    with reigns as (
      select ticker, lineage, max(id) as last, min(id) as first from champions where ${about} group by ticker, lineage
    ), crowned as (
      select distinct on (ticker) ticker, lineage, first from reigns order by ticker, last desc
    ), before_it as (
      select distinct on (c.ticker) c.ticker, c.lineage from champions c join crowned k using (ticker)
      where c.id < k.first order by c.ticker, c.id desc
    ), spared as (
      select lineage from crowned union select lineage from before_it
      union select lineage from trials where ended_at is null and ${about}
    ), kept as (
      select distinct on (coalesce(lineage, id)) id from models
      where coalesce(lineage, id) in (select lineage from spared) and purged_at is null and ${about}
      order by coalesce(lineage, id), train_end desc, created_at desc
    ), old as (
      select id, octet_length(weights) as bytes from models
      where created_at < ${before.toISOString()} and purged_at is null and id not in (select id from kept)
        and ${about}
    )
    update models m set weights = '', purged_at = ${now.toISOString()} from old
    where m.id = old.id returning m.id, m.ticker, old.bytes`)
  return [...rows]
}
