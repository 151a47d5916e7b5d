import { expect, test } from 'vitest'
import type { Database } from '../../src/db/database.js'
import { type Answer, localServer, says } from '../ingest/localServer.js'
import { LOOPBACK, reachable } from '../support/access.js'
import { guardedApp } from '../support/guardedApp.js'
import { MARKET_NOW } from '../support/marketForecasts.js'
import { randomWalkCsv } from '../support/randomWalkCsv.js'
import { csvFolder, registrar } from '../support/tickerOffice.js'

const local = { host: '127.0.0.1:3000' }

async function office(location: string, { access = LOOPBACK, patienceMs = 20_000 } = {}) {
  const parts = (database: Database) => ({ tickers: registrar(database, location, () => MARKET_NOW, patienceMs) })
  const app = await guardedApp(access, { parts })
  const source = `csv ${location}`
  const add = async (symbols: string) => (await app.post('/tickers', { symbols, source }, local)).text()
  return { ...app, source, add, page: async () => (await app.get('/tickers', local)).text() }
}

/** What the page says became of each symbol. */
const resultsOf = (html: string) =>
  [...html.matchAll(/<li><span class="tag [a-z]*">([^<]*)<\/span>.*?<bdi>(.*?)<\/bdi>.*?<bdi>(.*?)<\/bdi>/gs)].map(
    ([, outcome, symbol, message]) => [symbol, outcome, message],
  )

test('symbols are looked up, those that the source has are saved and a run is queued, the rest stays in the form', async () => {
  const { add, page, sql } = await office(csvFolder('AAA', 'BBB'))
  const html = await add('AAA\r\nNOPE, BBB;AAA')
  expect(resultsOf(html)).toEqual([
    ['AAA', 'added', expect.stringMatching(/bars up to 2021-\d\d-\d\d/)],
    ['NOPE', 'not added', expect.stringContaining('NOPE.csv')],
    ['BBB', 'added', expect.stringContaining('bars up to')],
  ])
  expect(html).toContain('2 of 3 added; a run has begun that forecasts them.')
  expect(/<textarea[^>]*>([^<]*)</.exec(html)![1]).toBe('NOPE')
  expect(await sql`select symbol from tickers order by symbol`).toEqual([{ symbol: 'AAA' }, { symbol: 'BBB' }])
  expect(await sql`select trigger, is_queued, status from runs`).toEqual([
    { trigger: 'dashboard', is_queued: true, status: 'running' },
  ])
  expect(
    (await sql`select data->>'ticker' as t from pgboss.job where name = 'ingest' order by 1`).map((j) => j.t),
  ).toEqual(['AAA', 'BBB'])
  expect(resultsOf(await add('AAA'))).toEqual([['AAA', 'known', 'is forecast already; nothing was changed']])
  expect(await page()).toContain('2 tickers')
})

test('a ticker that is removed keeps its record, and can be taken up again', async () => {
  const { add, post, page, sql } = await office(csvFolder('AAA'))
  await add('AAA')
  await post('/tickers/AAA/pause', { back: '/tickers' }, local)
  expect((await post('/tickers/AAA/remove', {}, local)).headers.get('location')).toBe('/tickers')
  expect(await sql`select active from tickers`).toEqual([{ active: false }])
  expect(await page()).toContain('1 that is no longer followed')
  expect(resultsOf(await add('AAA'))).toMatchObject([['AAA', 'added', expect.anything()]])
  expect(await sql`select active from tickers`).toEqual([{ active: true }])
  expect(await sql`select 1 from ticker_pauses`).toHaveLength(0)
  const gone = await post('/tickers/NOBODY/remove', {}, local)
  expect(gone.status).toBe(404)
})

test('one that the configuration names is removed there', async () => {
  const { add, post, page, sql } = await office(csvFolder('T'))
  await add('T')
  expect(await page()).toContain('named in the configuration')
  const refused = await post('/tickers/T/remove', {}, local)
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('configuration file')])
  expect(await sql`select active from tickers`).toEqual([{ active: true }])
})

test('pausing and resuming lead back to the page they stand on, and nowhere else', async () => {
  const { add, post, page } = await office(csvFolder('AAA'))
  await add('AAA')
  expect((await post('/tickers/AAA/pause', { back: '/tickers' }, local)).headers.get('location')).toBe('/tickers')
  expect(await page()).toContain('>paused<')
  expect((await post('/tickers/AAA/resume', { back: '//evil.example' }, local)).headers.get('location')).toBe('/')
  expect(await page()).not.toContain('>paused<')
})

test('only sources that are known already are offered and taken', async () => {
  const folder = csvFolder('AAA')
  const { page, post, sql } = await office(folder)
  const html = await page()
  expect([...html.matchAll(/<option value="([^"]*)"/g)].map(([, id]) => id)).toEqual(
    expect.arrayContaining(['yahoo', 'tiingo', 'sample', `csv ${folder}`]),
  )
  for (const source of ['csv /etc', 'csv http://169.254.169.254/{symbol}', 'csv', 'nobody', '']) {
    const answer = await post('/tickers', { symbols: 'AAA', source }, local)
    expect([source, answer.status]).toEqual([source, 400])
  }
  expect(await sql`select 1 from tickers`).toHaveLength(0)
})

test('what a provider answers, however odd, is shown as text and adds nothing', async () => {
  const hostile = '<script>alert(1)</script>"\'\u202e\n<img src=x onerror=alert(1)>'
  const server = await localServer(says(`${hostile}${'x'.repeat(10_000)}`, 404))
  const { add, sql } = await office(`${server.url}/{symbol}.csv`)
  const symbols = [
    '<script>alert(1)</script>',
    '"><img/src=x>',
    '../../etc/passwd',
    '\u202eXYZ',
    'x'.repeat(10_000),
    'OK',
  ]
  const html = await add(symbols.join('\n'))
  expect(resultsOf(html).map(([, outcome]) => outcome)).toEqual(symbols.map(() => 'not added'))
  expect(html).not.toMatch(/<script>alert|<img/)
  expect(server.asked.map(({ path }) => path)).toEqual(['/OK.csv'])
  expect(await sql`select 1 from tickers`).toHaveLength(0)
})

test('a source that does not answer in time holds up nobody for longer, and what it had answered is kept', async () => {
  const silent: Answer = (asked, response) => {
    if (asked.path === '/AAA.csv') response.end(randomWalkCsv(300))
  }
  const server = await localServer(silent)
  const { add } = await office(`${server.url}/{symbol}.csv`, { patienceMs: 400 })
  expect(resultsOf(await add('AAA BBB CCC DDD EEE FFF')).map(([symbol, outcome]) => [symbol, outcome])).toEqual([
    ['AAA', 'added'],
    ...['BBB', 'CCC', 'DDD', 'EEE', 'FFF'].map((symbol) => [symbol, 'not asked']),
  ])
})

test('of a very long list the first two hundred are looked up', async () => {
  const { add } = await office(csvFolder('AAA'))
  const results = resultsOf(await add(['AAA', ...Array.from({ length: 204 }, (_, i) => `N${i}`)].join('\n')))
  expect(results).toHaveLength(205)
  expect(results.filter(([, outcome]) => outcome === 'not asked').map(([symbol]) => symbol)).toEqual([
    'N199',
    'N200',
    'N201',
    'N202',
    'N203',
  ])
})

test('a viewer sees the list and no form', async () => {
  const { get, post, user, login, source } = await office(csvFolder('AAA'), { access: reachable() })
  await user('vera', 'viewer')
  const cookie = await login('vera')
  const html = await (await get('/tickers', { cookie })).text()
  expect(html).toContain('<h1>Tickers</h1>')
  expect(html).not.toContain('action="/tickers')
  expect((await post('/tickers', { symbols: 'AAA', source }, { cookie })).status).toBe(403)
  expect((await post('/tickers/AAA/remove', {}, { cookie })).status).toBe(403)
})
