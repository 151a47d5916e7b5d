import { EventEmitter, once } from 'node:events'
import { expect, test } from 'vitest'
import { saveTicker } from '../../../src/db/tickers.js'
import { AnswerCache } from '../../../src/web/cache/answerCache.js'
import { renewOnce } from '../../../src/web/cache/renewAnswers.js'
import { showsOnly } from '../../../src/web/cache/shows.js'
import { reachable } from '../../support/access.js'
import { guardedApp, type RequestOptions } from '../../support/guardedApp.js'
import { MARKET_NOW } from '../../support/marketForecasts.js'

const DAY_MS = 24 * 60 * 60_000
const ticker = { location: null, exchange: 'XNYS', timezone: 'UTC', isSample: false, active: true }

/** A guarded dashboard whose answers are renewed by hand; `made` names each page about a ticker as it is made. */
async function site() {
  let at = MARKET_NOW
  const now = () => at
  let cache: AnswerCache
  const guarded = await guardedApp(reachable(), {
    parts: ({ db }) => {
      cache = new AnswerCache({ db, now })
      return { answers: cache, now }
    },
  })
  const made: string[] = []
  const slow = new EventEmitter()
  guarded.app.get('/about/:symbol', (c) => {
    const symbol = c.req.param('symbol')
    made.push(symbol)
    c.header('Cache-Control', 'no-cache')
    showsOnly(c, symbol)
    return c.text(`page ${made.length}`)
  })
  guarded.app.get('/slow', async (c) => {
    slow.emit('begun')
    await once(slow, 'end')
    made.push('slow')
    return c.text('')
  })
  await guarded.user('anna', 'viewer')
  const options: RequestOptions = { cookie: (await guarded.login('anna'))! }
  return {
    ...{ ...guarded, made, slow, options },
    ask: async (symbol: string, by = options) => (await guarded.get(`/about/${symbol}`, by)).text(),
    change: (symbol: string) => saveTicker(guarded.db, { ...ticker, symbol, provider: crypto.randomUUID() }),
    renew: (quietMs = 0) =>
      renewOnce(
        { cache: cache!, app: guarded.app, now, log: { warn: () => {} }, signal: new AbortController().signal },
        quietMs,
      ),
    passTime: (ms: number) => {
      at = new Date(at.getTime() + ms)
    },
  }
}

test('a page that was asked for is made anew before somebody asks again, for as long as a day', async () => {
  const { ask, change, renew, passTime, made } = await site()
  await ask('A')
  await ask('B')
  for (const pages of [3, 4]) {
    passTime(DAY_MS / 2)
    await change('A')
    expect(await renew()).toBe(1)
    expect(made).toHaveLength(pages)
  }
  expect(await ask('A')).toBe('page 4')
  expect(await ask('B')).toBe('page 2')
  expect(made).toEqual(['A', 'B', 'A', 'A'])
  expect(await renew()).toBe(0)
})

test('a page that nobody has asked for since a day is left alone', async () => {
  const { ask, change, renew, passTime, made } = await site()
  await ask('A')
  passTime(DAY_MS + 1)
  await change('A')
  expect(await renew()).toBe(0)
  expect(made).toEqual(['A'])
})

test('a page that goes on changing is left alone until it is quiet', async () => {
  const { ask, change, renew } = await site()
  await ask('A')
  await change('A')
  expect(await renew(60_000)).toBe(0)
  expect(await renew()).toBe(1)
})

test('nothing is made for a session that has ended, and nothing kept is shown to it', async () => {
  const { ask, change, renew, made, get, post, options } = await site()
  await ask('A')
  await post('/logout', {}, options)
  await change('A')
  expect(await renew()).toBe(1)
  expect(made).toEqual(['A'])
  expect((await get('/about/A', options)).headers.get('location')).toMatch(/^\/login/)
  expect(await renew()).toBe(0)
})

test('a revoked session gets nothing of what is kept for others of that name', async () => {
  const { ask, get, login, post, options, made } = await site()
  const other = { cookie: (await login('anna'))! }
  expect([await ask('A'), await ask('A', other)]).toEqual(['page 1', 'page 1'])
  await post('/logout', {}, options)
  expect((await get('/about/A', options)).status).toBe(303)
  expect(await ask('A', other)).toBe('page 1')
  expect(made).toEqual(['A'])
})

test('who shows a token is not asked for again', async () => {
  const { ask, change, renew, token } = await site()
  expect(await ask('A', { token: await token('read') })).toBe('page 1')
  await change('A')
  expect(await renew()).toBe(0)
})

test('who waits for an answer comes first', async () => {
  const { ask, change, renew, get, slow, made, options, sql } = await site()
  await ask('A')
  const [begun, waiting] = [once(slow, 'begun'), get('/slow', options)]
  await begun
  await change('A')
  const renewing = renew()
  for (let i = 0; i < 50; i++) await sql`select 1`
  slow.emit('end')
  await Promise.all([renewing, waiting])
  expect(made).toEqual(['A', 'slow', 'A'])
})
