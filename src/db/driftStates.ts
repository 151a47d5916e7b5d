import { eq } from 'drizzle-orm'
import type { Drift } from '../domain/lifecycle.js'
import type { Db } from './database.js'
import { driftStates } from './lifecycleSchema.js'

/** Replaces what the drift test says of a ticker. */
export async function saveDrift(db: Db, ticker: string, drift: Drift): Promise<void> {
  await db
    .insert(driftStates)
    .values({ ticker, drift })
    .onConflictDoUpdate({ target: driftStates.ticker, set: { drift } })
}

/** What the drift test said when forecasts were last settled; undefined before any live one was. */
export const driftStateOf = async (db: Db, ticker: string): Promise<Drift | undefined> =>
  (await db.select().from(driftStates).where(eq(driftStates.ticker, ticker)))[0]?.drift
