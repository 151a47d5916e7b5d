import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { loadConfig } from '../../src/config.js'
import type { Database } from '../../src/db/database.js'
import { createProviders } from '../../src/ingest/providers.js'
import { TickerRegistrar } from '../../src/scheduler/tickerRegistrar.js'
import { randomWalkCsv } from './randomWalkCsv.js'

/** A folder with the bars of those symbols that goes away with the test. */
export function csvFolder(...symbols: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-csv-'))
  chmodSync(folder, 0o755)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const symbol of symbols) writeFileSync(join(folder, `${symbol}.csv`), randomWalkCsv(300))
  return folder
}

/** A registrar whose configuration names ticker T of that folder or URL, and asks quickly and once. */
export function registrar(database: Database, location: string, now: () => Date, patienceMs?: number): TickerRegistrar {
  const config = { ...loadConfig({}), tickers: [{ symbol: 'T', provider: 'csv', location }] }
  const providers = createProviders({ http: { attempts: 1, requestsPerSecond: 1_000 } })
  return new TickerRegistrar({ database, config, providers, clock: now }, patienceMs)
}
