import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { SuccessionCause } from '../domain/lifecycle.js'
import type { Db } from './database.js'
import { champions } from './lifecycleSchema.js'
import { tickers } from './schema.js'

export type ChampionRow = typeof champions.$inferSelect

/** Which full training, with its fine-tunings, serves the ticker. */
export const championOf = async (db: Db, ticker: string): Promise<ChampionRow | undefined> =>
  (await db.select().from(champions).where(eq(champions.ticker, ticker)).orderBy(desc(champions.id)).limit(1))[0]

/** Who served before the champion came for the first time: where a roll-back leads. */
export async function predecessorOf(db: Db, champion: ChampionRow): Promise<ChampionRow | undefined> {
  const first = db
    .select({ id: sql`min(${champions.id})` })
    .from(champions)
    .where(and(eq(champions.ticker, champion.ticker), eq(champions.lineage, champion.lineage)))
  const [before] = await db
    .select()
    .from(champions)
    .where(and(eq(champions.ticker, champion.ticker), lt(champions.id, sql`(${first})`)))
    .orderBy(desc(champions.id))
    .limit(1)
  return before
}

export interface Succession {
  readonly ticker: string
  readonly lineage: string
  readonly cause: SuccessionCause
  readonly reason: string
}

/** From now on that full training serves the ticker. To be called in a transaction that holds `lockSuccession`. */
export async function crown(db: Db, succession: Succession, since: Date): Promise<void> {
  await db.insert(champions).values({ ...succession, since })
}

/** One change of a ticker's models at a time; until the end of the transaction. */
export async function lockSuccession(tx: Db, ticker: string): Promise<void> {
  await tx.select({ symbol: tickers.symbol }).from(tickers).where(eq(tickers.symbol, ticker)).for('no key update')
}
