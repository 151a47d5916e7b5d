import { createProviders, type ProviderSettings } from '../../../src/ingest/providers.js'
import type { Logger } from '../../../src/log.js'
import { ingestTicker } from '../../../src/scheduler/jobs/ingestTicker.js'
import { type Answer, localServer } from '../../ingest/localServer.js'
import { type Day, days, FORMATS } from '../../ingest/providerFormats.js'
import { testDatabase } from '../../support/testDatabase.js'

export const HISTORY = days(300, '2025-12-31')
/** After the close in New York of `date`. */
export const evening = (date: string): Date => new Date(`${date}T23:00:00Z`)

export const formatOf = (name: string) => FORMATS.find((format) => format.name === name)!

/** Answers as the provider does, with those of `all` that are asked for. */
export const market =
  (name: string, all: readonly Day[]): Answer =>
  (asked, response) => {
    const from = Number(asked.query.get('period1') ?? Number.NaN)
    const d1 = asked.query.get('d1')
    const since = d1 ? `${d1.slice(0, 4)}-${d1.slice(4, 6)}-${d1.slice(6)}` : asked.query.get('startDate')
    const wanted = all.filter(
      ({ date }) => (Number.isNaN(from) || Date.parse(`${date}T14:30:00Z`) / 1000 >= from) && (!since || date >= since),
    )
    response.end(formatOf(name).body(wanted, asked))
  }

/** A database, and providers that local servers stand in for; `ingest` does one run's ingest of a ticker. */
export async function ingestBench(names: readonly string[]) {
  const database = await testDatabase()
  const servers = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await localServer(market(name, HISTORY))] as const)),
  )
  const settings: ProviderSettings = Object.assign(
    { http: { backoffMs: 1, maxBackoffMs: 2, attempts: 2, requestsPerSecond: 10_000, breakAfter: 1_000 } },
    ...names.map((name) => formatOf(name).settings(servers[name]!.url)),
  )
  const lines: object[] = []
  const note = (fields: object, message: string) => void lines.push({ ...fields, message })
  const log = { info: note, warn: note, error: note } as unknown as Logger
  const providers = createProviders(settings, { log })
  const ingest = (now: Date, symbol = 'TEST') =>
    ingestTicker(
      database.db,
      {
        ...{ symbol, provider: names[0]!, fallbacks: names.slice(1), location: null },
        ...{ exchange: 'XNYS', timezone: 'America/New_York', isSample: false, active: true },
      },
      { providers, now, maxRefusedPct: 1, signal: new AbortController().signal, log },
    )
  const stored = () =>
    database.sql`select session::text, close, volume, ratio, ratio_source, factor, adjusted_close, provider from bars order by ticker, session`
  return { ...database, servers, lines, ingest, stored, settings }
}

/** A model that was trained up to `trainEnd`. */
export const modelRow = (id: string, trainEnd: string) => ({
  ...{ id, ticker: 'TEST', forecaster: 'mamba', purpose: 'live' as const, reason: 'test', options: {} },
  ...{ trainStart: '2025-01-02', trainEnd, trainRows: 100, dataHash: id, codeVersion: 'x', backend: 'cpu' },
  ...{ parameters: 1, epochs: 1, trainLoss: 1, validationLoss: 1, seconds: 1, weights: Buffer.from('x') },
})
