import { expect, test } from 'vitest'
import { createCsvProvider } from '../../src/ingest/csvProvider.js'
import { createProviders } from '../../src/ingest/providers.js'
import { hasSharedData, sharedData } from '../support/sharedData.js'
import { type Asked, localServer, once, says } from './localServer.js'
import { days, FORMATS } from './providerFormats.js'

const now = new Date('2026-01-05T12:00:00Z')
const http = { backoffMs: 1, maxBackoffMs: 2, attempts: 2, longestPauseMs: 100 }
const formatOf = (name: string) => FORMATS.find((format) => format.name === name)!
const provider = (name: string, url: string) => createProviders({ http, ...formatOf(name).settings(url) }).get(name)
const good = (name: string) => (asked: Asked, response: { end: (body: string) => void }) =>
  response.end(formatOf(name).body(days(10), asked))

test.each([
  ['stooq', 'Exceeded the daily hits limit', /the daily limit of requests is used up/],
  ['stooq', 'Get your apikey:\n1. Open the page', /asks for a key: set STOOQ_API_KEY/],
  ['tushare', '{"code":40203,"msg":"抱歉，您每天最多访问该接口5次"}', /error 40203: 抱歉，您每天最多访问该接口5次/],
  ['tushare', '{"code":2002,"msg":"抱歉，您没有访问该接口的权限"}', /error 2002: 抱歉，您没有访问该接口的权限/],
  [
    'tiingo',
    'You have run over your 500 symbol look up for this month.',
    /no whole JSON: You have run over your 500 symbol/,
  ],
  [
    'alphavantage',
    '{"Information":"We have detected your API key as alpha-s3cret: 25 requests per day."}',
    /API key as \*\*\*: 25/,
  ],
  [
    'alphavantage',
    '{"Note":"Our standard API call frequency is 5 calls per minute"}',
    /is not asked, for it asked to be left alone/,
  ],
])('%s says %j with status 200, and it is told as what it is', async (name, body, message) => {
  const server = await localServer(says(body))
  await expect(provider(name, server.url).fetchBars({ symbol: 'TEST', now })).rejects.toThrow(message)
})

test('tushare is read page by page, and its three tables become one bar', async () => {
  const server = await localServer((asked, response) => void good('tushare')(asked, response))
  const settings = { tushare: { baseUrl: server.url, token: 'tushare-s3cret', pageSize: 4, requestsPerSecond: 1000 } }
  const { bars } = await createProviders(settings).get('tushare').fetchBars({ symbol: 'TEST', now })
  expect(bars.map(({ session }) => session)).toEqual(days(10).map(({ date }) => date))
  expect(bars[1]).toMatchObject({
    previousClose: bars[0]!.close,
    extras: { pe: 6.5, turnover_rate: 0.4, amount: 1000 },
  })
  expect(server.asked).toHaveLength(9)
  expect(server.asked.every(({ method, query }) => method === 'POST' && query.size === 0)).toBe(true)
})

test('tushare tells adjustments by its factor', async () => {
  const all = days(10).map((day, i) => ({ ...day, ...(i === 5 && { split: 2 }) }))
  const server = await localServer((asked, response) => void response.end(formatOf('tushare').body(all, asked)))
  const { actions } = await provider('tushare', server.url).fetchBars({ symbol: 'TEST', now })
  expect(actions).toEqual([{ session: all[5]!.date, kind: 'adjustment', value: 0.5 }])
})

test.skipIf(!hasSharedData)('tushare answers become the same bars as the files that were made of them', async () => {
  const { bars } = await createCsvProvider({ location: sharedData }).fetchBars({ symbol: '601988.SH', now })
  const rows = bars.map(({ session, open, high, low, close, volume, previousClose, extras }) => ({
    ...{ ts_code: '601988.SH', trade_date: session.replaceAll('-', ''), open, high, low, close },
    ...{ pre_close: previousClose, vol: volume, ...extras },
  }))
  const server = await localServer(({ body }, response) => {
    const { params, fields } = JSON.parse(body)
    const columns: string[] = fields.split(',')
    const items = rows
      .slice(params.offset, params.offset + params.limit)
      .map((row) => columns.map((column) => (row as Record<string, unknown>)[column] ?? null))
    response.end(JSON.stringify({ code: 0, msg: '', data: { fields: columns, items } }))
  })
  const served = await provider('tushare', server.url).fetchBars({ symbol: '601988.SH', now })
  expect(served.bars).toEqual(bars)
})

test.each(['tiingo', 'alphavantage'])('%s tells splits and dividends', async (name) => {
  const all = days(10).map((day, i) => ({ ...day, ...(i === 4 && { split: 2 }), ...(i === 7 && { dividend: 0.25 }) }))
  const server = await localServer((asked, response) => void response.end(formatOf(name).body(all, asked)))
  const { actions } = await provider(name, server.url).fetchBars({ symbol: 'TEST', now })
  expect(actions!.toSorted((a, b) => a.session.localeCompare(b.session))).toEqual([
    { session: all[4]!.date, kind: 'split', value: 2 },
    { session: all[7]!.date, kind: 'dividend', value: 0.25 },
  ])
})

test.each(['stooq', 'tiingo'])('%s is asked only whether anything has changed', async (name) => {
  const server = await localServer(
    once(
      (asked, response) => void response.setHeader('etag', '"7"').end(formatOf(name).body(days(10), asked)),
      says('', 304),
    ),
  )
  const source = provider(name, server.url)
  const { validators } = await source.fetchBars({ symbol: 'TEST', now })
  expect(await source.fetchBars({ symbol: 'TEST', now, validators })).toMatchObject({ notModified: true, validators })
  expect(server.asked[1]!.headers['if-none-match']).toBe('"7"')
})

test.each([
  ['AAPL', 'aapl.us'],
  ['VOD.L', 'vod.uk'],
  ['SAP.DE', 'sap.de'],
  ['PKO.WA', 'pko'],
  ['^SPX', '^spx'],
])('stooq knows %s as %s', async (symbol, asked) => {
  const server = await localServer((question, response) => void good('stooq')(question, response))
  await provider('stooq', server.url).fetchBars({ symbol, now })
  expect(server.asked[0]!.query.get('s')).toBe(asked)
})

test('keys travel where they are seen least: in a header or a body, or where the provider leaves no choice', async () => {
  for (const [name, inUrl] of [
    ['tiingo', false],
    ['tushare', false],
    ['alphavantage', true],
  ] as const) {
    const server = await localServer((asked, response) => void good(name)(asked, response))
    await provider(name, server.url).fetchBars({ symbol: 'TEST', now })
    expect(server.asked.some(({ query }) => String(query).includes('s3cret'))).toBe(inUrl)
  }
})

test('alphavantage with a free key reads TIME_SERIES_DAILY, the short form of it for an increment', async () => {
  const row = { '1. open': '10.0', '2. high': '11.0', '3. low': '9.0', '4. close': '10.5', '5. volume': '1200' }
  const server = await localServer(says(JSON.stringify({ 'Time Series (Daily)': { '2026-01-02': row } })))
  const settings = { alphavantage: { baseUrl: server.url, apiKey: 'k', requestsPerSecond: 1000 } }
  const free = createProviders(settings).get('alphavantage')
  const { bars, actions } = await free.fetchBars({ symbol: 'IBM', now, since: '2025-12-20' })
  expect(bars).toMatchObject([{ session: '2026-01-02', open: 10, high: 11, low: 9, close: 10.5, volume: 1200 }])
  expect(actions).toBeUndefined()
  await free.fetchBars({ symbol: 'IBM', now })
  expect(server.asked.map(({ query }) => [query.get('function'), query.get('outputsize')])).toEqual([
    ['TIME_SERIES_DAILY', 'compact'],
    ['TIME_SERIES_DAILY', 'full'],
  ])
})
