import { sql } from 'drizzle-orm'
import type { Db } from './database.js'

/** An alert about one ticker, as it may be shown. */
export interface TickerAlert {
  readonly id: string
  readonly title: string
  readonly type: string
  readonly status: string
  readonly endpoint: string
  readonly channel: string
  readonly createdAt: Date
}

/** The newest `limit` alerts about a ticker, newest first. */
export async function tickerAlerts(db: Db, symbol: string, limit: number): Promise<TickerAlert[]> {
  const rows = await db.execute<Omit<TickerAlert, 'createdAt'> & { createdAt: string }>(sql`
    select a.id, a.payload -> 'data' ->> 'title' as title, a.payload ->> 'type' as type, a.status, e.name as endpoint,
      e.channel, a.created_at as "createdAt"
    from alerts a join alert_endpoints e on e.id = a.endpoint_id
    where (a.payload -> 'data' ->> 'ticker') = ${symbol}
    order by a.created_at desc limit ${limit}`)
  return rows.map(({ createdAt, ...alert }) => ({ ...alert, createdAt: new Date(createdAt) }))
}
