import type { Hono } from 'hono'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { connect, type Database } from '../../src/db/database.js'
import { type AppOptions, createApp } from '../../src/web/app.js'
import { LOOPBACK } from './access.js'
import { cloneMarket } from './marketFixture.js'
import { MARKET_NOW } from './marketForecasts.js'
import type { cloneDatabase } from './testDatabase.js'

export interface MarketApp extends Database {
  readonly app: Hono
  /** What a GET of that path answers. */
  text(path: string): Promise<string>
  /** Lines that the app wrote to its log. */
  readonly logged: string[]
}

/** The app in process over a database of its own, which goes away when the test ends; `more` is what else it can do. */
export async function marketApp(
  clone: typeof cloneDatabase = cloneMarket,
  more: (database: Database) => Partial<AppOptions> = () => ({}),
): Promise<MarketApp> {
  const { url, drop } = await clone()
  const database = connect(url, 4)
  onTestFinished(async () => {
    await database.close()
    await drop()
  })
  const logged: string[] = []
  const log = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) })
  const app = createApp({
    ...{ db: database.prepared, now: () => MARKET_NOW, version: '1.2.3', log, access: LOOPBACK },
    ...more(database),
  })
  return { ...database, app, logged, text: async (path) => (await app.request(path)).text() }
}
