import { pino } from 'pino'
import { expect, test } from 'vitest'
import { loadConfig, printableConfig } from '../../../src/config.js'
import { createProviders } from '../../../src/ingest/providers.js'
import { ingestTicker } from '../../../src/scheduler/jobs/ingestTicker.js'
import { createApp } from '../../../src/web/app.js'
import { type Answer, localServer, says } from '../../ingest/localServer.js'
import { FORMATS } from '../../ingest/providerFormats.js'
import { LOOPBACK } from '../../support/access.js'
import { testDatabase } from '../../support/testDatabase.js'
import { evening, HISTORY, market } from './ingestBench.js'

const KEYS = {
  STOOQ_API_KEY: 'k-stooq',
  TUSHARE_TOKEN: 'k-tushare',
  TIINGO_API_KEY: 'k-tiingo',
  ALPHAVANTAGE_API_KEY: 'k-alpha',
}
const SECRETS = [...Object.values(KEYS), 'k-crumb', 'k-cookie', 'k-bars']

/** Refuses, and repeats every key it was given, as some servers do. */
const chatty: Answer = ({ path, query, headers, body }, response) => {
  if (path === '/v1/test/getcrumb') response.end('k-crumb')
  else if (path === '/cookie') response.writeHead(404, { 'set-cookie': 'A3=k-cookie' }).end()
  else {
    const said = `${query} ${headers.authorization} ${headers.cookie} ${body}`.replaceAll('"', ' ')
    response.writeHead(403).end(JSON.stringify({ detail: said, Information: said, description: said, msg: said }))
  }
}

test('keys appear neither in the log, nor in errors, nor in the database, nor on the dashboard', async () => {
  const { db, sql } = await testDatabase()
  const server = await localServer(chatty)
  const { url } = server
  const config = loadConfig({ ...KEYS, MAMBACAST_LOG_LEVEL: 'trace' })
  const logged: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) })
  const { stooq, tushare, tiingo, alphavantage } = config.providers
  const settings = {
    http: { backoffMs: 1, maxBackoffMs: 1, attempts: 2, requestsPerSecond: 10_000, breakAfter: 1000 },
    yahoo: { baseUrls: [url], cookieUrl: `${url}/cookie` },
    ...{
      stooq: { ...stooq, baseUrl: url },
      tushare: { ...tushare, baseUrl: url },
      tiingo: { ...tiingo, baseUrl: url },
    },
    alphavantage: { ...alphavantage, baseUrl: url, adjusted: true },
  }
  const providers = createProviders(settings, { environment: () => 'k-bars', log })
  const names = ['csv', ...FORMATS.map(({ name }) => name)]
  const ingest = (provider: string, fallbacks: string[]) =>
    ingestTicker(
      db,
      {
        ...{ symbol: 'TEST', provider, fallbacks, location: `${url}/{symbol}.csv?key={env:BARS_KEY}` },
        ...{ exchange: 'XNYS', timezone: 'America/New_York', isSample: false, active: true },
      },
      { providers, now: evening('2025-12-31'), maxRefusedPct: 1, signal: new AbortController().signal, log },
    )

  const errors: unknown[] = []
  for (const answer of [chatty, says('k-bars k-stooq k-tushare k-tiingo k-alpha', 500), says('k-alpha k-stooq')]) {
    server.answer = answer
    errors.push(await ingest('csv', names.slice(1)).catch((error) => error))
  }
  for (const { name } of FORMATS) {
    server.answer = market(name, HISTORY)
    await ingest(name, [])
  }
  for (const error of errors) log.error({ err: error }, 'shown')

  const tables = await sql`select table_name as name from information_schema.tables where table_schema = 'public'`
  const stored = await Promise.all(tables.map(({ name }) => sql`select t::text from ${sql(name)} t`))
  const app = createApp({ db, now: () => evening('2025-12-31'), version: 'x', log, access: LOOPBACK })
  const pages = await Promise.all(['/', '/tickers/TEST'].map(async (path) => (await app.request(path)).text()))
  const seen = {
    logged,
    errors: errors.map((error) => `${(error as Error).stack} ${JSON.stringify(error)}`),
    stored,
    pages,
  }
  for (const [where, what] of Object.entries({ ...seen, config: printableConfig(config) }))
    for (const secret of SECRETS) expect(JSON.stringify(what), `${secret} in ${where}`).not.toContain(secret)

  expect(errors.every((error) => /no provider could deliver/.test((error as Error).message))).toBe(true)
  expect(logged.length).toBeGreaterThan(10)
  expect(pages[1]).toContain('TEST')
  expect(JSON.stringify(server.asked)).toContain('k-tiingo')
})

test('a key that cannot be one is named by its variable and not shown', () => {
  const bad = () => loadConfig({ TUSHARE_TOKEN: 'k-tushare', MAMBACAST_PORT: 'x' })
  expect(bad).toThrow(/MAMBACAST_PORT/)
  expect(bad).not.toThrow(/k-tushare/)
})
