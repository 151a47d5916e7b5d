import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { tickers } from '../../../src/db/schema.js'
import { csvCell } from '../../../src/web/api/csv.js'
import { marketApp } from '../../support/marketApp.js'

const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[]

test('bars, forecasts and errors are there whole, as another program reads them', async () => {
  const { text, sql } = await marketApp()
  const bars = rowsOf(await text('/api/v1/tickers/ACME/bars.csv'))
  expect(bars).toHaveLength(330)
  expect(bars[0]).toMatchObject({ session: '2025-06-13', provider: 'csv' })
  const forecasts = rowsOf(await text('/api/v1/tickers/ACME/forecasts.csv'))
  const [{ n }] = (await sql`select count(*)::int as n from forecasts where ticker = 'ACME'`) as unknown as [
    { n: number },
  ]
  expect(n).toBeGreaterThan(2_000)
  expect(forecasts).toHaveLength(n)
  expect(new Set(forecasts.map((row) => [row.asOf, row.model, row.dataHash].join())).size).toBe(n)
  for (const row of forecasts.slice(0, 50)) expect(Number(row['q0.025'])).toBeLessThanOrEqual(Number(row['q0.975']))
  const errors = rowsOf(await text('/api/v1/tickers/ACME/errors.csv?forecaster=mamba'))
  expect(errors).toHaveLength(330 - 60 - 1)
  for (const { error, returnPct, mean } of errors)
    expect(Number(error)).toBeCloseTo(Number(returnPct) - Number(mean), 9)
})

test('a file keeps its tag until what it shows changes, and parts of a history are files of their own', async () => {
  const { app, db, sql, text } = await marketApp()
  const paths = ['bars', 'forecasts', 'errors'].map((name) => `/api/v1/tickers/ACME/${name}.csv`)
  const part = `${paths[0]}?from=2025-06-10&to=2025-06-12`
  const all = [...paths, part]
  const tags = await Promise.all(all.map(async (path) => (await app.request(path)).headers.get('ETag')!))
  const changed = async () => {
    const answers = await Promise.all(
      all.map((path, i) => app.request(path, { headers: { 'If-None-Match': tags[i]! } })),
    )
    return all.filter((_, i) => answers[i]!.status === 200)
  }
  expect(await changed()).toEqual([])
  await db.insert(tickers).values({ symbol: 'NEW', provider: 'csv', exchange: 'X', timezone: 'UTC', isSample: false })
  await sql`update bars set close = close + 1 where ticker = 'BOREAL'`
  expect(await changed()).toEqual([])
  await sql`update bars set close = close + 1 where ticker = 'ACME' and session = '2025-06-13'`
  expect(await changed()).toEqual(['/api/v1/tickers/ACME/bars.csv'])
  await sql`update outcomes set return_pct = return_pct + 1 where ticker = 'ACME' and as_of = '2025-06-11'`
  expect(await changed()).toEqual(paths)
  expect(await text('/api/v1/tickers/NEW/bars.csv')).toBe(
    'session,open,high,low,close,adjustedClose,volume,provider\r\n',
  )
  const rows = rowsOf(await text(part))
  expect(rows.map(({ session }) => session)).toEqual(['2025-06-12', '2025-06-11', '2025-06-10'])
})

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-cmd', "'-cmd"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
  ['＝1', "'＝1"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ['a,b', '"a,b"'],
  ['a"b', '"a""b"'],
  ['a\nb', '"a\nb"'],
  [-1.5, '-1.5'],
  [null, ''],
  [true, 'true'],
])('the cell of %j is %j: text never becomes a formula, numbers stay numbers', (value, cell) => {
  expect(csvCell(value)).toBe(cell)
})

test('a hostile name of a ticker names a file and nothing else', async () => {
  const { app, db } = await marketApp()
  const symbol = `../"x\r\nSet-Cookie: a=b; 'é'`
  await db.insert(tickers).values({ symbol, provider: '=cmd()', exchange: 'X', timezone: 'UTC', isSample: false })
  await db.execute(`insert into bars (ticker, session, open, high, low, close, volume, ratio, ratio_source, provider)
    select symbol, '2025-06-13', 1, 1, 1, 1, 1, 1, 'none', provider from tickers where provider = '=cmd()'`)
  const response = await app.request(`/api/v1/tickers/${encodeURIComponent(symbol)}/bars.csv`)
  expect(response.status).toBe(200)
  expect(response.headers.get('Set-Cookie')).toBeNull()
  const disposition = response.headers.get('Content-Disposition')!
  expect(disposition).toMatch(/^attachment; filename="[\w.-]+"; filename\*=UTF-8''[\w.%-]+$/)
  expect(decodeURIComponent(disposition.split("''")[1]!)).toBe(`${symbol}-bars.csv`)
  expect(rowsOf(await response.text())[0]!.provider).toBe("'=cmd()")
})
