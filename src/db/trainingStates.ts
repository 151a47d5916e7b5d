import { and, eq, lt } from 'drizzle-orm'
import type { ForecastOrigin } from '../domain/forecast.js'
import type { Db } from './database.js'
import { trainingStates } from './trainingSchema.js'

export type TrainingStateRow = typeof trainingStates.$inferSelect

/** What is kept of that training of the ticker; undefined before it was kept, or when another one is kept. */
export const findTrainingState = async (
  db: Db,
  ticker: string,
  purpose: ForecastOrigin,
  training: string,
): Promise<TrainingStateRow | undefined> =>
  (
    await db
      .select()
      .from(trainingStates)
      .where(and(isOf(ticker, purpose), eq(trainingStates.training, training)))
  )[0]

/** Keeps a training in the place of what was kept of the ticker before. */
export async function keepTrainingState(db: Db, state: TrainingStateRow): Promise<void> {
  const { ticker, purpose, ...set } = state
  await db
    .insert(trainingStates)
    .values(state)
    .onConflictDoUpdate({ target: [trainingStates.ticker, trainingStates.purpose], set })
}

/** Forgets the ticker's training: it has ended. */
export async function removeTrainingState(db: Db, ticker: string, purpose: ForecastOrigin): Promise<void> {
  await db.delete(trainingStates).where(isOf(ticker, purpose))
}

/** Forgets trainings that nobody has taken up since. */
export async function pruneTrainingStates(db: Db, before: Date): Promise<void> {
  await db.delete(trainingStates).where(lt(trainingStates.keptAt, before))
}

const isOf = (ticker: string, purpose: ForecastOrigin) =>
  and(eq(trainingStates.ticker, ticker), eq(trainingStates.purpose, purpose))
