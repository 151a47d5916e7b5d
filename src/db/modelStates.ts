import { eq, lt } from 'drizzle-orm'
import type { Db } from './database.js'
import { modelStates } from './trainingSchema.js'

export type ModelStateRow = typeof modelStates.$inferSelect

/** What is kept of a model's sequence; undefined before its second forecast with the same weights. */
export const findModelState = async (db: Db, model: string): Promise<ModelStateRow | undefined> =>
  (await db.select().from(modelStates).where(eq(modelStates.model, model)))[0]

/** Keeps a state in the place of the model's one before. */
export async function keepModelState(db: Db, { model, ...set }: ModelStateRow): Promise<void> {
  await db
    .insert(modelStates)
    .values({ model, ...set })
    .onConflictDoUpdate({ target: modelStates.model, set })
}

/** Forgets states of models that have not been asked for long. */
export async function pruneModelStates(db: Db, before: Date): Promise<void> {
  await db.delete(modelStates).where(lt(modelStates.keptAt, before))
}
