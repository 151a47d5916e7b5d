import { eq, sql } from 'drizzle-orm'
import type { Db } from './database.js'
import { sourceStates } from './schema.js'

export type SourceState = typeof sourceStates.$inferSelect

/** What is known of each provider of a ticker, by its name. */
export async function sourceStatesOf(db: Db, ticker: string): Promise<Map<string, SourceState>> {
  const rows = await db.select().from(sourceStates).where(eq(sourceStates.ticker, ticker))
  return new Map(rows.map((row) => [row.provider, row]))
}

/** Records that a provider has served the ticker; `filledAt` is kept where it is not given. */
export async function saveSourceState(db: Db, state: SourceState): Promise<void> {
  await db
    .insert(sourceStates)
    .values(state)
    .onConflictDoUpdate({
      target: [sourceStates.ticker, sourceStates.provider],
      set: {
        filledAt: sql`coalesce(excluded.filled_at, ${sourceStates.filledAt})`,
        validators: sql`excluded.validators`,
        servedAt: sql`excluded.served_at`,
      },
    })
}
