import { EventEmitter, once } from 'node:events'
import { type Context, Hono } from 'hono'
import { expect, test } from 'vitest'
import { findTicker, saveTicker } from '../../../src/db/tickers.js'
import type { AccessEnv } from '../../../src/web/access/visitor.js'
import { AnswerCache } from '../../../src/web/cache/answerCache.js'
import { goodUntil, showsOnly } from '../../../src/web/cache/shows.js'
import { testDatabase } from '../../support/testDatabase.js'

/** An app with one page that tells how often it was made, and what the database says of ticker X. */
async function countingApp(answer: (c: Context) => void = () => {}) {
  const database = await testDatabase()
  let time = Date.parse('2025-06-13T22:00:00Z')
  let made = 0
  const app = new Hono<AccessEnv>()
  app.use((c, next) => {
    const name = c.req.header('x-name')
    if (name) c.set('visitor', { via: 'header', name, role: 'viewer', mayReadMetrics: true })
    return next()
  })
  app.use(new AnswerCache({ db: database.db, now: () => new Date(time) }).handler)
  app.get('/', async (c) => {
    made += 1
    c.header('Cache-Control', 'no-cache')
    answer(c)
    const ticker = await findTicker(database.db, 'X')
    return c.text(`made ${made}, ${ticker ? `X of ${ticker.provider}` : 'no X'}`)
  })
  app.get('/tickers/:symbol', (c) => {
    made += 1
    c.header('Cache-Control', 'no-cache')
    showsOnly(c, c.req.param('symbol'))
    return c.text(`made ${made}`)
  })
  const slow = new EventEmitter()
  const [hasRead, mayEnd] = [once(slow, 'read'), once(slow, 'end')]
  app.get('/slow', async (c) => {
    c.header('Cache-Control', c.req.query('no-store') === undefined ? 'no-cache' : 'no-store')
    made += 1
    const ticker = await findTicker(database.db, 'X')
    slow.emit('read')
    await mayEnd
    return c.text(ticker ? `X of ${ticker.provider}, made ${made}` : 'no X')
  })
  app.get('/until/:moment', (c) => {
    made += 1
    c.header('Cache-Control', 'no-cache')
    goodUntil(c, new Date(c.req.param('moment')))
    goodUntil(c, undefined)
    return c.text(`made ${made}`)
  })
  const get = async (headers: Record<string, string> = {}, path = '/') => (await app.request(path, { headers })).text()
  const pass = (ms: number) => {
    time += ms
  }
  return { ...database, get, pass, hasRead, end: () => slow.emit('end') }
}

const ticker = { symbol: 'X', location: null, exchange: 'XNYS', timezone: 'UTC', isSample: false, active: true }

test('an answer is made once, and anew as soon as another connection has written', async () => {
  const { get, db } = await countingApp()
  expect(await get()).toBe('made 1, no X')
  expect(await get()).toBe('made 1, no X')
  await saveTicker(db, { ...ticker, provider: 'csv' })
  expect(await get()).toBe('made 2, X of csv')
  await saveTicker(db, { ...ticker, provider: 'sample' })
  expect(await get()).toBe('made 3, X of sample')
})

test('what a transaction has not committed yet is neither shown nor missed afterwards', async () => {
  const { get, db } = await countingApp()
  await db.transaction(async (tx) => {
    await saveTicker(tx, { ...ticker, provider: 'csv' })
    expect(await get()).toBe('made 1, no X')
  })
  expect(await get()).toBe('made 2, X of csv')
})

test('a crowd waits for one rendering', async () => {
  const { get } = await countingApp()
  expect(new Set(await Promise.all(Array.from({ length: 20 }, () => get())))).toEqual(new Set(['made 1, no X']))
})

test('a heartbeat, the queue and a vacuum leave what is kept as it is', async () => {
  const { get, sql } = await countingApp()
  await sql`insert into runs (trigger, status) values ('cli', 'running')`
  expect(await get()).toBe('made 1, no X')
  await sql`update runs set heartbeat_at = now() + interval '1 minute'`
  await sql`insert into pgboss.job (name, data) values ('ingest', '{}')`
  await sql`update pgboss.version set cron_on = now()`
  await sql`vacuum analyze runs`
  expect(await get()).toBe('made 1, no X')
})

test('a write about a ticker renews its pages and those that show more, and no other ticker', async () => {
  const { get, db } = await countingApp()
  const [a, b] = ['/tickers/A', '/tickers/B']
  const ask = async () => [await get({}, a), await get({}, b), await get()]
  expect(await ask()).toEqual(['made 1', 'made 2', 'made 3, no X'])
  await saveTicker(db, { ...ticker, symbol: 'A', provider: 'csv' })
  expect(await ask()).toEqual(['made 4', 'made 2', 'made 5, no X'])
})

test('what was written while an answer was made is in the next one, whoever noticed it', async () => {
  const { db, get, hasRead, end } = await countingApp()
  const slow = get({}, '/slow')
  await hasRead
  await saveTicker(db, { ...ticker, provider: 'csv' })
  expect(await get()).toBe('made 2, X of csv')
  end()
  expect([await slow, await get({}, '/slow')]).toEqual(['no X', 'X of csv, made 3'])
})

test('who asks one after the other while things change and an answer is made, all share the next', async () => {
  const { db, get, hasRead, end } = await countingApp()
  const first = get({}, '/slow')
  await hasRead
  const others: Promise<string>[] = []
  for (const provider of ['a', 'b', 'c']) {
    await saveTicker(db, { ...ticker, provider })
    others.push(get({}, '/slow'))
    await get({}, '/tickers/other')
  }
  end()
  expect(await first).toBe('no X')
  expect(new Set(await Promise.all(others))).toEqual(new Set(['X of c, made 3']))
})

test('what is not kept is made for each who waited', async () => {
  const { get, hasRead, end } = await countingApp()
  const first = get({}, '/slow?no-store')
  await hasRead
  const others = [get({}, '/slow?no-store'), get({}, '/slow?no-store')]
  await get({}, '/tickers/other')
  end()
  expect(await Promise.all([first, ...others])).toEqual(['no X', 'no X', 'no X'])
  expect(await get()).toBe('made 5, no X')
})

test('an answer that goes by the clock is made anew when it would look different', async () => {
  const { get, pass } = await countingApp()
  const path = '/until/2025-06-13T22:01:00Z'
  expect(await get({}, path)).toBe('made 1')
  pass(60_000 - 1)
  expect(await get({}, path)).toBe('made 1')
  pass(1)
  expect([await get({}, path), await get({}, path)]).toEqual(['made 2', 'made 3'])
})

test('those who are somebody get answers of their own', async () => {
  const { get } = await countingApp()
  const answers = [await get(), await get({ 'x-name': 'anna' }), await get({ 'x-name': 'vera' })]
  expect(answers).toEqual(['made 1, no X', 'made 2, no X', 'made 3, no X'])
  expect(await get({ 'x-name': 'anna' })).toBe('made 2, no X')
})

test.each<[string, (c: Context) => void]>([
  ['sets a cookie', (c) => c.header('Set-Cookie', 'a=b')],
  ['says no-store', (c) => c.header('Cache-Control', 'no-store')],
  ['is no success', (c) => c.status(404)],
])('what %s is not kept', async (_, answer) => {
  const { get } = await countingApp(answer)
  expect([await get(), await get()]).toEqual(['made 1, no X', 'made 2, no X'])
})
