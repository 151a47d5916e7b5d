import { expect, test } from 'vitest'
import { removeUser } from '../../../src/db/users.js'
import { LOOPBACK, reachable } from '../../support/access.js'
import { guardedApp } from '../../support/guardedApp.js'

/** A guarded market with a viewer who has made a secret address. */
async function readerOf() {
  const dash = await guardedApp(reachable(), { withMarket: true })
  await dash.user('vera', 'viewer')
  const vera = { cookie: await dash.login('vera') }
  const made = await dash.post('/feeds/links', { name: 'phone' }, vera)
  const page = await made.text()
  const [atom, ics] = [...page.matchAll(/value="http:\/\/dash\.example(\/feeds\/[^"]+)"/g)].map(([, path]) => path!)
  return { ...dash, vera, made, atom: atom!, ics: ics!, secret: atom!.split('/')[2]! }
}

test('a viewer makes a secret address, under which a program without a login reads feed and calendar', async () => {
  const { get, made, atom, ics } = await readerOf()
  expect([made.status, made.headers.get('cache-control')]).toEqual([200, 'no-store'])
  const feed = await get(`${atom}?probability=0`)
  expect([feed.status, feed.headers.get('cache-control')]).toEqual([200, 'private, no-cache'])
  expect(await feed.text()).toContain('ACME')
  expect((await (await get(ics)).text()).startsWith('BEGIN:VCALENDAR')).toBe(true)
})

test('the secret opens nothing else: no page, no API, no figures, no change', async () => {
  const { get, post, secret } = await readerOf()
  for (const path of ['/', '/api/v1/tickers', '/feeds', `/feeds/${secret}`, `/feeds/${secret}/other.atom`])
    expect([path, (await get(path)).status]).not.toEqual([path, 200])
  for (const path of ['/', '/api/v1/tickers', '/metrics', '/feeds/large-moves.atom'])
    expect([path, (await get(path, { token: secret })).status]).toEqual([path, 403])
  expect((await post(`/feeds/${secret}/large-moves.atom`)).status).toBe(401)
})

test('it is shown once, kept as a hash, told neither by the feed nor by the log', async () => {
  const { get, vera, atom, secret, sql, logged } = await readerOf()
  expect(await (await get('/feeds', vera)).text()).not.toContain(secret)
  expect(await (await get(`${atom}?probability=0`)).text()).not.toContain(secret)
  expect(JSON.stringify(await sql`select * from api_tokens`)).not.toContain(secret)
  await sql`alter table forecasts rename to elsewhere`
  expect((await get(atom)).status).toBe(500)
  expect(logged.join('')).toContain('/feeds/…/large-moves.atom')
  expect(logged.join('')).not.toContain(secret)
})

test('who made it revokes it, nobody else, and it goes with its user', async () => {
  const { get, post, user, login, vera, atom, db, sql } = await readerOf()
  await user('otto', 'operator')
  const otto = { cookie: await login('otto') }
  const [{ id }] = (await sql`select id from api_tokens`) as unknown as [{ id: string }]
  expect((await post(`/feeds/links/${id}/revoke`, {}, otto)).status).toBe(404)
  expect(await (await get('/feeds', otto)).text()).not.toContain('<bdi>phone<')
  expect((await get(atom)).status).toBe(200)
  expect((await post(`/feeds/links/${id}/revoke`, {}, vera)).headers.get('location')).toBe('/feeds')
  const gone = await get(atom)
  expect([gone.status, gone.headers.get('content-type')]).toEqual([404, 'application/problem+json'])

  await post('/feeds/links', {}, vera)
  await removeUser(db, 'vera')
  expect(await sql`select 1 from api_tokens`).toHaveLength(0)
})

test('ten at most, each with a name that is text, and none from another site', async () => {
  const { get, post, vera } = await readerOf()
  expect((await post('/feeds/links', {}, { ...vera, headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
  await post('/feeds/links', { name: '<b>\0"&' }, vera)
  expect(await (await get('/feeds', vera)).text()).toContain('&lt;b&gt; &quot;&amp;')
  for (let i = 2; i < 10; i++) expect((await post('/feeds/links', {}, vera)).status).toBe(200)
  const eleventh = await post('/feeds/links', {}, vera)
  expect([eleventh.status, await eleventh.text()]).toEqual([400, expect.stringContaining('revoke one first')])
})

test('where nobody logs in there is no secret to make: the addresses work as they are', async () => {
  const { get, post } = await guardedApp(LOOPBACK, { withMarket: true })
  const local = { host: '127.0.0.1:3000' }
  expect(await (await get('/feeds', local)).text()).toContain('http://127.0.0.1:3000/feeds/large-moves.atom')
  expect((await post('/feeds/links', {}, local)).status).toBe(404)
  expect((await get('/feeds/large-moves.ics', local)).status).toBe(200)
})
