import { expect, test } from 'vitest'
import { changePassword } from '../../../src/db/users.js'
import { hashPassword } from '../../../src/web/access/password.js'
import { reachable } from '../../support/access.js'
import { cookieOf, guardedApp, PASSWORD, type RequestOptions } from '../../support/guardedApp.js'

const MINUTE = 60_000
const proxied = reachable({ trustedProxies: ['10.0.0.1/32'] })

test('a login gives a session that scripts cannot read, and leads to where it was asked for', async () => {
  const { get, post, user } = await guardedApp(reachable(), { withMarket: true })
  await user('anna', 'viewer')
  const answer = await post('/login', { name: ' Anna', password: PASSWORD, to: '/tickers/ACME?range=5y' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/tickers/ACME?range=5y'])
  const [pair, ...flags] = answer.headers.get('set-cookie')!.split('; ')
  expect(pair).toMatch(/^mambacast_session=[\w-]{43}$/)
  expect(flags.sort()).toEqual(['HttpOnly', `Max-Age=${168 * 3600}`, 'Path=/', 'SameSite=Lax'])
  const page = await (await get('/', { cookie: pair! })).text()
  expect(page).toContain('anna')
  expect(page).toContain('action="/logout"')
})

test('over https, told by a trusted proxy, the cookie is secure and bound to this host', async () => {
  const { get, post, user } = await guardedApp(proxied)
  await user('anna', 'viewer')
  const https = { from: '10.0.0.1', headers: { 'x-forwarded-proto': 'https' } }
  const answer = await post('/login', { name: 'anna', password: PASSWORD }, https)
  expect(answer.headers.get('set-cookie')).toMatch(/^__Host-mambacast_session=.*; Secure/)
  const cookie = cookieOf(answer)!
  expect((await get('/', { ...https, cookie })).status).toBe(200)
  expect((await get('/', { ...https, cookie: cookie.replace('__Host-', '') })).status).toBe(303)
  const untrusted = await post('/login', { name: 'anna', password: PASSWORD }, { ...https, from: '203.0.113.9' })
  expect(untrusted.headers.get('set-cookie')).not.toContain('Secure')
})

test('a session that somebody planted is never taken up, and the one before a login is ended by it', async () => {
  const { get, user, login, sql } = await guardedApp(reachable())
  await user('anna', 'viewer')
  const planted = 'mambacast_session=planted-by-somebody-else-0000000000000000000'
  const first = (await login('anna', { cookie: planted }))!
  expect(first).not.toBe(planted)
  expect((await get('/', { cookie: planted })).status).toBe(303)
  const second = (await login('anna', { cookie: first }))!
  expect(second).not.toBe(first)
  expect((await get('/', { cookie: first })).status).toBe(303)
  expect((await get('/', { cookie: second })).status).toBe(200)
  expect(await sql`select 1 from sessions`).toHaveLength(1)
})

test('the database holds neither password nor session nor token as they are used', async () => {
  const { user, login, token, sql } = await guardedApp(reachable())
  await user('anna', 'viewer')
  const session = (await login('anna'))!.split('=')[1]!
  const secret = await token('read')
  const stored = JSON.stringify(
    await sql`
    select (select json_agg(u) from users u) as a, (select json_agg(s) from sessions s) as b,
      (select json_agg(t) from api_tokens t) as c, (select json_agg(l) from login_failures l) as d`,
  )
  expect(stored).toContain('$scrypt$ln=15,r=8,p=3$')
  for (const value of [PASSWORD, session, secret]) expect(stored).not.toContain(value)
})

test('logging out ends the session itself, not only the cookie', async () => {
  const { get, post, user, login } = await guardedApp(reachable())
  await user('anna', 'viewer')
  const cookie = await login('anna')
  const answer = await post('/logout', {}, { cookie })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login'])
  expect(answer.headers.get('set-cookie')).toMatch(/^mambacast_session=; Max-Age=0/)
  expect((await get('/', { cookie })).status).toBe(303)
})

test('a session ends by itself, with a new password, and with its user', async () => {
  const { get, user, login, passTime, db, sql } = await guardedApp(reachable({ sessionHours: 2 }))
  await user('anna', 'viewer')
  const isIn = async (cookie: string | undefined) => (await get('/', { cookie })).status === 200
  const first = await login('anna')
  passTime(119 * MINUTE)
  expect(await isIn(first)).toBe(true)
  passTime(MINUTE)
  expect(await isIn(first)).toBe(false)
  const second = await login('anna')
  await changePassword(db, 'anna', await hashPassword('another password'))
  expect(await isIn(second)).toBe(false)
  await changePassword(db, 'anna', await hashPassword(PASSWORD))
  const third = await login('anna')
  await sql`update users set role = 'operator'`
  expect(await isIn(third)).toBe(true)
  await sql`delete from users`
  expect(await isIn(third)).toBe(false)
})

test('a wrong name and a wrong password are answered alike, and nothing of them is logged', async () => {
  const { post, user, logged } = await guardedApp(reachable())
  await user('anna', 'viewer')
  const answers = [
    await post('/login', { name: 'anna', password: 'a wrong password' }),
    await post('/login', { name: 'a-secret-typed-too-early', password: PASSWORD }),
    await post('/login', { name: 'a\0b', password: PASSWORD }),
    await post('/login', { name: 'anna', password: 'x'.repeat(5_000) }),
    await post('/login', {}),
  ]
  for (const answer of answers) {
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([401, null])
    const html = await answer.text()
    expect(html).toContain('Name or password is wrong.')
    expect(html).not.toContain(PASSWORD)
  }
  expect(logged).toHaveLength(answers.length)
  expect(logged.join()).not.toMatch(/wrong password|a-secret|correct horse/)
})

test('after ten failures from an address nothing more is tried from there for a quarter of an hour', async () => {
  const { post, user, passTime } = await guardedApp(proxied)
  await user('anna', 'viewer')
  const from = (client: string) => ({ from: '10.0.0.1', headers: { 'x-forwarded-for': `1.2.3.4, ${client}` } })
  for (let i = 0; i < 10; i++)
    expect((await post('/login', { name: `guess${i}`, password: 'x' }, from('203.0.113.9'))).status).toBe(401)
  const right = { name: 'anna', password: PASSWORD }
  const late = await post('/login', right, from('203.0.113.9'))
  expect([late.status, late.headers.get('retry-after')]).toEqual([429, '900'])
  expect((await post('/login', right, from('203.0.113.10'))).status).toBe(303)
  passTime(15 * MINUTE)
  expect((await post('/login', right, from('203.0.113.9'))).status).toBe(303)
})

test('after twenty failures of a name it is left alone, wherever they come from, and a right login forgives', async () => {
  const { post, user, login, sql } = await guardedApp(proxied)
  await user('anna', 'viewer')
  const fail = async (n: number, from: RequestOptions) => {
    await post('/login', { name: 'ANNA', password: 'x' }, from)
    await sql`update login_failures set failures = ${n} where key like 'name %'`
  }
  const from = (i: number) => ({ from: `203.0.113.${i}` })
  await fail(19, from(1))
  expect(await login('anna', from(50))).toBeDefined()
  await fail(20, from(100))
  expect((await post('/login', { name: 'anna', password: PASSWORD }, from(60))).status).toBe(429)
  expect(await sql`select 1 from login_failures where key like '%anna%'`).toHaveLength(0)
})

test('addresses of one IPv6 subscriber count together', async () => {
  const { post } = await guardedApp(proxied)
  const answers = []
  for (let i = 0; i < 11; i++) answers.push(await post('/login', { name: `g${i}` }, { from: `2001:db8:1:2::${i}` }))
  expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(401), 429])
  expect((await post('/login', { name: 'other' }, { from: '2001:db8:1:3::1' })).status).toBe(401)
})

test('a login leads nowhere else', async () => {
  const { post, get, user } = await guardedApp(reachable())
  await user('anna', 'viewer')
  for (const to of [
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '',
  ]) {
    expect(await (await get(`/login?${new URLSearchParams({ to })}`)).text()).toContain('name="to" value="/"')
    expect((await post('/login', { name: 'anna', password: PASSWORD, to })).headers.get('location')).toBe('/')
  }
})
