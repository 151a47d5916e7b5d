import { type Context, Hono } from 'hono'
import { expect, test } from 'vitest'
import { findTicker, saveTicker } from '../../../src/db/tickers.js'
import type { AccessEnv } from '../../../src/web/access/visitor.js'
import { answerCache } from '../../../src/web/cache/answerCache.js'
import { testDatabase } from '../../support/testDatabase.js'

const KEPT_MS = 60_000

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
  app.use(answerCache({ db: database.db, now: () => new Date(time) }))
  app.get('/', async (c) => {
    made += 1
    c.header('Cache-Control', 'no-cache')
    answer(c)
    const ticker = await findTicker(database.db, 'X')
    return c.text(`made ${made}, ${ticker ? `X of ${ticker.provider}` : 'no X'}`)
  })
  const get = async (headers: Record<string, string> = {}) => (await app.request('/', { headers })).text()
  const pass = (ms: number) => {
    time += ms
  }
  return { ...database, get, pass }
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

test('those who are somebody get answers of their own', async () => {
  const { get } = await countingApp()
  const answers = [await get(), await get({ 'x-name': 'anna' }), await get({ 'x-name': 'vera' })]
  expect(answers).toEqual(['made 1, no X', 'made 2, no X', 'made 3, no X'])
  expect(await get({ 'x-name': 'anna' })).toBe('made 2, no X')
})

test('an answer is kept for a minute at most, for it may tell how long ago something was', async () => {
  const { get, pass } = await countingApp()
  await get()
  pass(KEPT_MS - 1)
  expect(await get()).toBe('made 1, no X')
  pass(2)
  expect(await get()).toBe('made 2, no X')
})

test.each<[string, (c: Context) => void]>([
  ['sets a cookie', (c) => c.header('Set-Cookie', 'a=b')],
  ['says no-store', (c) => c.header('Cache-Control', 'no-store')],
  ['is no success', (c) => c.status(404)],
])('what %s is not kept', async (_, answer) => {
  const { get } = await countingApp(answer)
  expect([await get(), await get()]).toEqual(['made 1, no X', 'made 2, no X'])
})
