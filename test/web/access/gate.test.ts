import { expect, test } from 'vitest'
import { LOOPBACK, reachable } from '../../support/access.js'
import { guardedApp, PASSWORD } from '../../support/guardedApp.js'

const local = { host: '127.0.0.1:3000' }
const pause = '/tickers/ACME/pause'

test('on loopback, as long as nobody can log in, everybody of this machine reads and changes', async () => {
  const { get, post } = await guardedApp(LOOPBACK, { withMarket: true })
  for (const host of ['127.0.0.1:3000', 'localhost', '[::1]:3000'])
    expect([host, (await get('/', { host })).status]).toEqual([host, 200])
  expect((await post(pause, {}, local)).headers.get('location')).toBe('/tickers/ACME')
  expect((await get('/metrics', local)).status).toBe(200)
})

test('on loopback a name that somebody points at this machine, and a proxy, get nothing', async () => {
  const { get, post } = await guardedApp(LOOPBACK, { withMarket: true })
  for (const path of ['/', '/api/v1/tickers', '/metrics', '/login']) {
    expect([path, (await get(path, { host: 'rebound.example:3000' })).status]).toEqual([path, 403])
    expect([path, (await get(path, { ...local, headers: { 'x-forwarded-for': '203.0.113.9' } })).status]).toEqual([
      path,
      403,
    ])
  }
  expect((await post(pause, {}, { host: 'rebound.example' })).status).toBe(403)
})

test('the first user closes it, at once and for good', async () => {
  const { get, user, sql } = await guardedApp(LOOPBACK)
  expect((await get('/', local)).status).toBe(200)
  await user('anna', 'operator')
  expect((await get('/', local)).headers.get('location')).toBe('/login?to=%2F')
  await sql`delete from users`
  expect((await get('/', local)).status).toBe(303)
})

test('where others can reach it, only health, looks and the login are open', async () => {
  const { get } = await guardedApp(reachable(), { withMarket: true })
  const login = await (await get('/login')).text()
  const [css] = /\/assets\/[^"]*app\.css/.exec(login)!
  for (const path of ['/healthz', '/readyz', '/login', css])
    expect([path, (await get(path)).status]).toEqual([path, 200])
  for (const path of [
    '/',
    '/tickers/ACME',
    '/tickers/NOBODY',
    '/nowhere',
    '/partials/board',
    '/healthz/',
    '//',
    '/login/x',
  ]) {
    const answer = await get(path)
    expect([path, answer.status]).toEqual([path, 303])
    expect(answer.headers.get('location')).toMatch(/^\/login/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
  for (const path of ['/api/v1/tickers', '/api/v1/nowhere', '/api', '/metrics', '/events']) {
    const answer = await get(path)
    expect([path, answer.status, answer.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer'])
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  }
  expect(login).not.toContain('ACME')
})

test('a viewer reads and is refused every change; an operator may', async () => {
  const { app, get, post, user, login } = await guardedApp(reachable(), { withMarket: true })
  await user('vera', 'viewer')
  await user('otto', 'operator')
  const vera = { cookie: await login('vera') }
  const otto = { cookie: await login('otto') }
  expect(await (await get('/', vera)).text()).toContain('ACME')
  expect(await (await get('/', vera)).text()).not.toContain('action="/runs"')
  expect(await (await get('/', otto)).text()).toContain('action="/runs"')
  for (const path of [pause, '/runs', '/nowhere']) {
    const answer = await post(path, {}, vera)
    expect([path, answer.status]).toEqual([path, 403])
    expect(await answer.text()).toContain('Only operators may change anything here.')
  }
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'FOO']) {
    const request = { method, headers: { host: 'dash.example', cookie: vera.cookie!, 'sec-fetch-site': 'same-origin' } }
    expect([method, (await app.request('http://dash.example/api/v1/tickers', request)).status]).toEqual([method, 403])
  }
  expect((await post(pause, {}, otto)).status).toBe(303)
})

test('a change is refused when another site may be behind it', async () => {
  const { post, user, login, sql } = await guardedApp(reachable(), { withMarket: true })
  await user('otto', 'operator')
  const cookie = await login('otto')
  const sites: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://dash.example' },
  ]
  for (const headers of sites)
    expect([headers, (await post(pause, {}, { cookie, headers })).status]).toEqual([headers, 403])
  expect(await sql`select 1 from ticker_pauses`).toHaveLength(0)
  const login2 = await post(
    '/login',
    { name: 'otto', password: PASSWORD },
    { headers: { 'sec-fetch-site': 'cross-site' } },
  )
  expect([login2.status, login2.headers.get('set-cookie')]).toEqual([403, null])
})

test('a browser that tells only the origin is taken at its word, and one that tells nothing may send no form', async () => {
  const { app, user, login } = await guardedApp(reachable(), { withMarket: true })
  await user('otto', 'operator')
  const cookie = (await login('otto'))!
  const send = async (headers: Record<string, string>) =>
    (
      await app.request(`http://dash.example${pause}`, {
        method: 'POST',
        headers: { host: 'dash.example', cookie, ...headers },
      })
    ).status
  expect(await send({ origin: 'http://evil.example' })).toBe(403)
  expect(await send({ origin: 'null' })).toBe(403)
  expect(await send({ origin: 'http://dash.example:8080' })).toBe(403)
  expect(await send({})).toBe(403)
  expect(await send({ origin: 'http://dash.example' })).toBe(303)
})

test('a token does what its scopes say and no more, and is not asked where it comes from', async () => {
  const { app, get, token, sql } = await guardedApp(reachable(), { withMarket: true })
  const [metrics, read, operate] = [await token('metrics'), await token('read'), await token('operate')]
  const change = async (token: string) =>
    (
      await app.request(`http://dash.example${pause}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      })
    ).status
  const may = async (token: string) => [
    (await get('/metrics', { token })).status,
    (await get('/api/v1/tickers', { token })).status,
    (await get('/', { token })).status,
    await change(token),
  ]
  expect(await may(metrics)).toEqual([200, 403, 403, 403])
  expect(await may(read)).toEqual([200, 200, 200, 403])
  expect(await may(operate)).toEqual([200, 200, 200, 303])
  await sql`update api_tokens set expires_at = '2025-01-01' where name = 'read'`
  expect(await may(read)).toEqual([401, 401, 401, 401])
  for (const wrong of ['mambacast_nothing', `${operate}x`, '', '*'])
    expect((await get('/', { headers: { authorization: `Bearer ${wrong}` } })).status).toBe(401)
  expect((await get('/', { headers: { authorization: 'Basic b3R0bzpvdHRv' } })).status).toBe(401)
})

test('a wrong token is refused where no token is needed, on loopback and in public', async () => {
  for (const access of [LOOPBACK, reachable({ public: true })]) {
    const { get } = await guardedApp(access)
    expect((await get('/', { ...local, headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
  }
})

test('in public everybody reads and nobody changes without logging in', async () => {
  const { get, post, user, login } = await guardedApp(reachable({ public: true }), { withMarket: true })
  const page = await get('/')
  expect(page.headers.get('cache-control')).toBe('no-cache')
  const html = await page.text()
  expect(html).toContain('ACME')
  expect(html).toContain('href="/login"')
  expect(html).not.toContain('method="post"')
  expect((await get('/metrics')).status).toBe(401)
  expect((await post(pause)).headers.get('location')).toBe('/login')
  await user('otto', 'operator')
  expect((await post(pause, {}, { cookie: await login('otto') })).status).toBe(303)
})

test('public on loopback is public: whoever the proxy before it lets through reads only', async () => {
  const { get, post } = await guardedApp(
    { ...reachable({ public: true }), listensOnLoopback: true },
    { withMarket: true },
  )
  expect((await get('/', { ...local, headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(200)
  expect((await post(pause, {}, local)).status).toBe(303)
  expect((await post(pause, {}, local)).headers.get('location')).toBe('/login')
})

test('the header of a trusted proxy says who it is; of anybody else it says nothing', async () => {
  const access = reachable({ trustedProxies: ['10.0.0.0/8'], userHeader: 'X-Forwarded-User', operators: ['otto'] })
  const { get, post } = await guardedApp(access, { withMarket: true })
  const as = (name: string, from?: string) => ({ headers: { 'x-forwarded-user': name }, ...(from && { from }) })
  expect((await get('/', as('otto', '10.1.2.3'))).status).toBe(200)
  expect((await get('/', as('otto', '::ffff:10.1.2.3'))).status).toBe(200)
  expect(await (await get('/', as('vera', '10.1.2.3'))).text()).toContain('vera')
  expect((await post(pause, {}, as('vera', '10.1.2.3'))).status).toBe(403)
  expect((await post(pause, {}, as('otto', '10.1.2.3'))).status).toBe(303)
  for (const options of [as('otto', '203.0.113.9'), as('otto'), as('', '10.1.2.3'), as(' ', '10.1.2.3')])
    expect((await get('/', options)).headers.get('location')).toMatch(/^\/login/)
})

test('what a visitor was shown is kept by no cache between', async () => {
  const { get, token } = await guardedApp(reachable(), { withMarket: true })
  for (const path of ['/', '/api/v1/tickers', '/partials/board', '/metrics']) {
    const { headers } = await get(path, { token: await token('read') })
    expect([path, headers.get('cache-control')]).toEqual([path, expect.stringMatching(/private|no-store/)])
    expect(headers.get('vary')).toContain('Cookie')
  }
})

test('a part of a page that is asked for after the session is over leads the whole page to the login', async () => {
  const { get } = await guardedApp(reachable())
  const headers = { 'hx-request': 'true', 'hx-current-url': 'http://dash.example/?sort=up' }
  const answer = await get('/partials/board', { headers })
  expect([answer.status, answer.headers.get('hx-redirect')]).toEqual([401, '/login?to=%2F%3Fsort%3Dup'])
})
