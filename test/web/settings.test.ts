import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { configSources, loadConfig } from '../../src/config.js'
import { settingsView } from '../../src/web/settingsView.js'
import { LOOPBACK, reachable } from '../support/access.js'
import { guardedApp } from '../support/guardedApp.js'

const SECRETS = {
  DATABASE_URL: 'postgres://me:s3cret-db@db.example:5432/m',
  MAMBACAST_ALERT_KEY: 's3cret-alert-key',
  MAMBACAST_PING_URL: 'https://hc.example/s3cret-ping',
  STOOQ_API_KEY: 's3cret-stooq',
  TUSHARE_TOKEN: 's3cret-tushare',
  TIINGO_API_KEY: 's3cret-tiingo',
  ALPHAVANTAGE_API_KEY: 's3cret-alpha',
}

/** Settings from a file and variables, some of them secret. */
function settings() {
  const folder = mkdtempSync(join(tmpdir(), 'mambacast-settings-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'mambacast.config.json')
  const given = {
    server: { port: 4000 },
    log: { level: 'warn' },
    access: { operators: ['<b>otto</b>'] },
    providers: { stooq: { baseUrl: 'https://me:s3cret-base@stooq.example/?apikey=s3cret-query' } },
    tickers: [{ symbol: 'T', provider: 'csv', location: 'https://me:s3cret-location@bars.example/{symbol}.csv' }],
  }
  writeFileSync(file, JSON.stringify(given))
  const environment = { ...SECRETS, MAMBACAST_PORT: '5000' }
  return { file, settings: { config: loadConfig(environment, file), sourceOf: configSources(environment, file) } }
}

test('every setting is listed with its value and where that comes from', () => {
  const { file, settings: options } = settings()
  const all = settingsView(options).flatMap((group) => group.settings)
  const find = (key: string) => all.find((one) => one.key === key)
  expect(find('server.port')).toMatchObject({ value: '5000', source: 'MAMBACAST_PORT' })
  expect(find('log.level')).toMatchObject({ value: 'warn', source: file })
  expect(find('server.host')).toMatchObject({ value: '127.0.0.1', source: null })
  expect(find('access.userHeader')).toMatchObject({ value: null, source: null })
  expect(find('providers.tiingo.apiKey')).toMatchObject({ value: 'set', source: 'TIINGO_API_KEY', isSecret: true })
  expect(find('databaseUrl')).toMatchObject({ value: 'set', source: 'DATABASE_URL', isSecret: true })
  expect(all.length).toBeGreaterThan(50)
  expect(all.every(({ key }) => !key.includes('$schema'))).toBe(true)
})

test('of secrets the page says only whether they are set', async () => {
  const { settings: options } = settings()
  const { get } = await guardedApp(LOOPBACK, { parts: () => ({ settings: options }) })
  const html = await (await get('/settings', { host: 'localhost' })).text()
  expect(html).toContain('MAMBACAST_ALERT_KEY')
  expect(html).not.toContain('s3cret')
  expect(html).not.toContain('<b>otto')
  expect(html).toContain('stooq.example')
})

test('who may log in is listed without what would let anybody in, and none of it to the public', async () => {
  const { settings: options } = settings()
  const app = await guardedApp(reachable({ public: true }), { parts: () => ({ settings: options }) })
  await app.user('anna', 'operator')
  const secret = await app.token('read')
  expect((await app.get('/settings')).headers.get('location')).toBe('/login?to=/settings')
  const html = await (await app.get('/settings', { cookie: await app.login('anna') })).text()
  expect(html).toContain('anna')
  expect(html).not.toContain('$scrypt')
  expect(html).not.toContain(secret)
})
