import type { Hono } from 'hono'
import { pino } from 'pino'
import type { Db } from '../../src/db/database.js'
import { connect, type Database } from '../../src/db/database.js'
import { type AppOptions, createApp } from '../../src/web/app.js'
import { serveApp } from '../../src/web/serveApp.js'
import { LOOPBACK } from './access.js'
import { MARKET_NOW } from './marketForecasts.js'
import type { cloneDatabase } from './testDatabase.js'

type ClonedDatabase = Awaited<ReturnType<typeof cloneDatabase>>

export interface ServedMarket {
  readonly url: string
  readonly app: Hono
  readonly db: Db
  readonly sql: Database['sql']
  /** Stops answering, as a dead server does. */
  stop(): Promise<void>
  end(): Promise<void>
}

interface ServeOptions {
  /** Tells pages of progress by server-sent events, and lets them start and cancel runs. */
  readonly isLive?: boolean
  /** What else it can do. */
  readonly more?: (database: Database) => Partial<AppOptions>
}

/** The dashboard on a free port over that database, from `cloneMarket` for one; its clock stands at the market's evening. */
export async function serveMarket(
  { url: databaseUrl, drop }: ClonedDatabase,
  { isLive = false, more = () => ({}) }: ServeOptions = {},
): Promise<ServedMarket> {
  const database = connect(databaseUrl, 4)
  const stopping = new AbortController()
  const app = createApp({
    db: database.prepared,
    now: () => MARKET_NOW,
    version: 'test',
    log: pino({ level: 'silent' }),
    access: LOOPBACK,
    ...(isLive && { runs: { queue: database.queue }, events: { sql: database.sql, signal: stopping.signal } }),
    ...more(database),
  })
  const server = await serveApp(app, { host: '127.0.0.1', port: 0 })
  let isUp = true
  const stop = async () => {
    stopping.abort()
    if (isUp) await server.close()
    isUp = false
  }
  return {
    ...{ url: server.url, app },
    db: database.db,
    sql: database.sql,
    stop,
    end: async () => {
      await stop()
      await database.close()
      await drop()
    },
  }
}
