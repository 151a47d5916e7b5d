import { desc, eq, sql } from 'drizzle-orm'
import { alertEndpoints, alerts } from './alertSchema.js'
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
export const tickerAlerts = (db: Db, symbol: string, limit: number): Promise<TickerAlert[]> =>
  db
    .select({
      id: alerts.id,
      title: sql<string>`${alerts.payload} -> 'data' ->> 'title'`,
      type: sql<string>`${alerts.payload} ->> 'type'`,
      status: alerts.status,
      endpoint: alertEndpoints.name,
      channel: alertEndpoints.channel,
      createdAt: alerts.createdAt,
    })
    .from(alerts)
    .innerJoin(alertEndpoints, eq(alertEndpoints.id, alerts.endpointId))
    .where(sql`(${alerts.payload} -> 'data' ->> 'ticker') = ${symbol}`)
    .orderBy(desc(alerts.createdAt))
    .limit(limit)
