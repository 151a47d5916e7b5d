import { sql } from 'drizzle-orm'
import type { Db } from './database.js'

/** The last `sessions` adjusted closes of each of `symbols`, oldest first. */
export async function recentCloses(
  db: Db,
  symbols: readonly string[],
  sessions: number,
): Promise<Map<string, readonly number[]>> {
  if (symbols.length === 0) return new Map()
  const names = sql.join(
    symbols.map((symbol) => sql`(${symbol})`),
    sql`, `,
  )
  const rows = await db.execute<{ symbol: string; closes: number[] | null }>(sql`
    select t.symbol, recent.closes
    from (values ${names}) t(symbol)
    cross join lateral (
      select json_agg(adjusted_close order by session) as closes from (
        select session, adjusted_close from bars where ticker = t.symbol order by session desc limit ${sessions}
      ) newest
    ) recent`)
  return new Map(rows.map(({ symbol, closes }) => [symbol, closes ?? []]))
}
