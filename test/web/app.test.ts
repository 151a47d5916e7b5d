import { expect, test } from 'vitest'
import { tickers } from '../../src/db/schema.js'
import { marketApp } from '../support/marketApp.js'
import { cloneDatabase } from '../support/testDatabase.js'

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'a/b?c#d%25',
  'new\nline',
  '\u202egnirts',
  'x'.repeat(2_000),
]

test('ticker names are shown as text and reachable under their own address', async () => {
  const { app, db, text } = await marketApp(cloneDatabase)
  for (const symbol of hostile)
    await db.insert(tickers).values({ symbol, provider: 'csv', exchange: '<b>', timezone: 'UTC', isSample: false })
  const html = await text('/')
  expect(html).not.toMatch(/<script>alert|<img|<b>/)
  const addresses = [...html.matchAll(/href="(\/tickers\/[^"]*)"/g)].map(([, href]) => href!)
  expect(addresses).toHaveLength(hostile.length)
  for (const address of addresses) {
    const page = await app.request(address)
    expect(page.status).toBe(200)
    expect(await page.text()).not.toMatch(/<script>alert|<img|<b>/)
  }
})

test('unknown and broken addresses get a page of their own, or a problem under /api', async () => {
  const { app, logged } = await marketApp()
  for (const path of ['/nowhere', '/tickers/NOBODY', '/tickers/%00', '/tickers/%FF', '/assets/x/app.css']) {
    const response = await app.request(path)
    expect([path, response.status]).toEqual([path, 404])
    expect(await response.text()).toContain('Nothing here')
  }
  for (const [path, status] of [
    ['/api/v1/nowhere', 404],
    ['/api/v1/tickers/NOBODY/history', 404],
    ['/api/v1/tickers/%00/scores', 404],
    ['/api/v1/tickers/ACME/history?range=x', 400],
  ] as const) {
    const response = await app.request(path)
    expect([path, response.status]).toEqual([path, status])
    expect(response.headers.get('Content-Type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ status })
  }
  expect(logged).toEqual([])
})

test('only reading is possible', async () => {
  const { app } = await marketApp()
  const response = await app.request('/', { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } })
  expect(response.status).toBe(405)
  expect(response.headers.get('Allow')).toBe('GET, HEAD')
  expect((await app.request('/', { method: 'HEAD' })).status).toBe(200)
})

test('pages load local files only and hold no inline script, style or handler', async () => {
  const { app } = await marketApp()
  for (const path of ['/', '/tickers/ACME', '/nowhere']) {
    const response = await app.request(path)
    const policy = response.headers.get('Content-Security-Policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    const html = await response.text()
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc="\/assets\/)/)
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  }
})

test('every file that a page names is served, compressed, for good', async () => {
  const { app, text } = await marketApp()
  const html = await text('/tickers/ACME')
  const files = new Set([...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!))
  expect(files.size).toBeGreaterThan(6)
  for (const path of files) {
    const response = await app.request(path, { headers: { 'Accept-Encoding': 'gzip' } })
    expect([path, response.status]).toEqual([path, 200])
    expect(response.headers.get('Cache-Control')).toContain('immutable')
    if (!path.endsWith('.woff2')) expect(response.headers.get('Content-Encoding')).toBe('gzip')
  }
})

test('the process is healthy whatever its database does, and ready when that answers', async () => {
  const { app } = await marketApp()
  expect(await (await app.request('/healthz')).json()).toEqual({ status: 'ok', version: '1.2.3' })
  expect(await (await app.request('/readyz')).json()).toEqual({ status: 'ready', version: '1.2.3' })
})

test('a failure inside shows no stack trace, and the log says what it was', async () => {
  const broken = await marketApp()
  await broken.close()
  for (const [path, status] of [
    ['/', 500],
    ['/api/v1/tickers', 500],
    ['/readyz', 503],
    ['/healthz', 200],
  ] as const) {
    const response = await broken.app.request(path)
    expect([path, response.status]).toEqual([path, status])
    expect(await response.text()).not.toMatch(/\bat |\.ts:|CONNECTION/)
  }
  expect(broken.logged).toHaveLength(3)
  expect(broken.logged.join()).toContain('CONNECTION_ENDED')
})
