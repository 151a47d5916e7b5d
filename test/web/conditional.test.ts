import { expect, test } from 'vitest'
import { forecasts } from '../../src/db/schema.js'
import { reachable } from '../support/access.js'
import { guardedApp } from '../support/guardedApp.js'
import { marketApp } from '../support/marketApp.js'

test('who has the newest version of a page, an answer of the API or a file is told so without a body', async () => {
  const { app, text } = await marketApp()
  const asset = /\/assets\/[^"]+\.css/.exec(await text('/'))![0]
  for (const path of ['/', '/tickers/ACME', '/partials/board', '/api/v1/tickers/ACME/history', asset]) {
    const first = await app.request(path)
    const tag = first.headers.get('ETag')!
    const again = await app.request(path, { headers: { 'If-None-Match': tag } })
    expect([path, again.status, await again.text()]).toEqual([path, 304, ''])
    expect(again.headers.get('ETag')).toBe(tag)
    expect(again.headers.get('Cache-Control')).toBe(first.headers.get('Cache-Control'))
    expect((await app.request(path, { headers: { 'If-None-Match': '"other"' } })).status).toBe(200)
  }
})

test('a forecast that was stored a moment ago is in the next answer, whatever was kept', async () => {
  const { app, db, sql } = await marketApp()
  const paths = ['/', '/partials/board', '/tickers/ACME', '/api/v1/tickers/ACME/history']
  const tags = async () => Promise.all(paths.map(async (path) => (await app.request(path)).headers.get('ETag')))
  const before = await tags()
  expect(await tags()).toEqual(before)
  const [row] = await db.select().from(forecasts).limit(1)
  const [{ last }] = (await sql`select max(as_of)::text as last from forecasts where ticker = 'ACME'`) as unknown as [
    { last: string },
  ]
  const next = { ...row!, ticker: 'ACME', forecaster: 'mamba', asOf: '2025-06-16', target: '2025-06-17' }
  expect(next.asOf > last).toBe(true)
  await db
    .insert(forecasts)
    .values({ ...next, dataHash: 'new', origin: 'live', quantiles: row!.quantiles.map((q) => q * 3) })
  const after = await tags()
  for (const [i, path] of paths.entries()) expect([path, after[i] !== before[i]]).toEqual([path, true])
})

test('what an operator has just done is on the next page, their own and others', async () => {
  const { user, login, get, post } = await guardedApp(reachable(), { withMarket: true })
  await Promise.all([user('olga', 'operator'), user('anna', 'viewer')])
  const [olga, anna] = [{ cookie: (await login('olga'))! }, { cookie: (await login('anna'))! }]
  const page = async (path: string, by = olga) => (await get(path, by)).text()
  for (const by of [olga, anna]) expect(await page('/tickers/ACME', by)).not.toContain('>paused</span>')
  expect(await page('/tickers/ACME')).toContain('>Pause</button>')
  expect((await post('/tickers/ACME/pause', {}, olga)).status).toBe(303)
  expect(await page('/tickers/ACME')).toContain('>Resume</button>')
  for (const path of ['/tickers/ACME', '/']) expect(await page(path, anna)).toContain('paused</span>')
})
