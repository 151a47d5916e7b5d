import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config.js'
import type { Database } from '../../src/db/database.js'
import { forecasts } from '../../src/db/schema.js'
import { askNoMore } from '../../src/db/tickerDues.js'
import { pauseTicker, resumeTicker } from '../../src/db/tickerPauses.js'
import { saveTicker } from '../../src/db/tickers.js'
import { createLogger } from '../../src/log.js'
import { enqueueDue } from '../../src/scheduler/enqueueDue.js'
import { lastDue } from '../../src/scheduler/lastDue.js'
import { testDatabase } from '../support/testDatabase.js'

const schedule = (exchange: string, cron: string, timezone: string) => ({
  ...{ exchange, cron, timezone, exchangeTimezone: timezone },
})
const newYork = schedule('XNYS', '0 18 * * 1-5', 'America/New_York')
const shanghai = schedule('XSHG', '0 17 * * 1-5', 'Asia/Shanghai')
const at = (iso: string) => new Date(iso)

test('daylight saving: six in the evening in New York stays six in the evening, both ways', () => {
  expect(lastDue(newYork, at('2025-03-07T23:00:00Z')).dueAt).toEqual(at('2025-03-07T23:00:00Z')) // EST
  expect(lastDue(newYork, at('2025-03-10T22:00:00Z')).dueAt).toEqual(at('2025-03-10T22:00:00Z')) // EDT
  expect(lastDue(newYork, at('2025-03-10T21:59:59Z')).session).toBe('2025-03-07')
  expect(lastDue(newYork, at('2025-10-31T22:00:00Z')).dueAt).toEqual(at('2025-10-31T22:00:00Z')) // EDT
  expect(lastDue(newYork, at('2025-11-03T22:59:59Z')).session).toBe('2025-10-31')
  expect(lastDue(newYork, at('2025-11-03T23:00:00Z')).session).toBe('2025-11-03') // EST
})

test.each([
  // 02:30 does not exist on 9 March and exists twice on 2 November 2025.
  ['the hour that is left out', '2025-03-08T12:00:00Z', '2025-03-11T12:00:00Z', 3],
  ['the hour that comes twice', '2025-11-01T12:00:00Z', '2025-11-04T12:00:00Z', 3],
])('a daily moment within %s comes once a day', (_, from, to, days) => {
  const nightly = schedule('XNYS', '30 2 * * *', 'America/New_York')
  const sessions = new Set<string>()
  for (let t = at(from).getTime(); t <= at(to).getTime(); t += 10 * 60_000)
    sessions.add(lastDue(nightly, new Date(t)).session)
  expect(sessions.size).toBe(days + 1)
})

test('a weekend and three days of downtime have one moment: the last that was missed', () => {
  expect(lastDue(newYork, at('2025-06-15T12:00:00Z'))).toEqual({
    dueAt: at('2025-06-13T22:00:00Z'),
    session: '2025-06-13',
  })
  expect(lastDue(shanghai, at('2025-06-12T15:00:00Z')).session).toBe('2025-06-12')
})

test('the session of a moment is the last that has closed at the exchange, wherever the cron was written', () => {
  const byNight = schedule('XXXX', '30 0 * * *', 'Europe/Oslo')
  expect(lastDue(byNight, at('2025-06-13T12:00:00Z')).session).toBe('2025-06-12')
  const fromBerlin = { ...newYork, cron: '30 5 * * 2-6', timezone: 'Europe/Berlin' }
  expect(lastDue(fromBerlin, at('2025-06-14T12:00:00Z')).session).toBe('2025-06-13')
  const tooEarly = { ...newYork, cron: '0 12 * * 1-5' }
  expect(lastDue(tooEarly, at('2025-06-13T20:00:00Z')).session).toBe('2025-06-12')
})

test('one moment belongs to different days in Shanghai and New York', () => {
  const now = at('2025-06-12T23:30:00Z')
  expect(lastDue(newYork, now).session).toBe('2025-06-12')
  expect(lastDue(shanghai, now)).toEqual({ dueAt: at('2025-06-12T09:00:00Z'), session: '2025-06-12' })
  expect(lastDue(shanghai, at('2025-06-13T09:00:00Z')).session).toBe('2025-06-13')
})

const log = createLogger('silent')

async function market() {
  const database = await testDatabase()
  const add = (symbol: string, exchange: string, timezone: string) =>
    saveTicker(database.db, {
      symbol,
      provider: 'csv',
      location: '/',
      exchange,
      timezone,
      isSample: false,
      active: true,
    })
  await add('SPY', 'XNYS', 'America/New_York')
  await add('601988.SH', 'XSHG', 'Asia/Shanghai')
  const context = { database, config: loadConfig({}), log }
  return { database, due: (iso: string) => enqueueDue(context, 'schedule', at(iso)) }
}

/** As the workers would leave it: bars up to `session`, a forecast as of it, and no run under way. */
async function served({ db, sql }: Database, ticker: string, session: string): Promise<void> {
  await sql`insert into bars (ticker, session, open, high, low, close, volume, ratio, ratio_source, provider)
    values (${ticker}, ${session}, 1, 1, 1, 1, 1, 1, 'none', 'csv')`
  await db.insert(forecasts).values({
    ...{ ticker, asOf: session, target: '2030-01-01', model: 'm', dataHash: session, forecaster: 'mamba' },
    ...{ origin: 'live', lastClose: 1, mean: 0, quantiles: [], pUp: 0.5, pLargeMove: 0.1, moveThresholdPct: 2 },
  })
  await over({ sql })
}

const over = async ({ sql }: Pick<Database, 'sql'>) => {
  await sql`update run_tickers set finished_at = now()`
  await sql`delete from pgboss.job`
}

const enqueued = async ({ sql }: Database) =>
  (await sql`select data ->> 'ticker' as ticker from pgboss.job where name = 'ingest' order by 1`).map((r) => r.ticker)

test('many schedulers at one moment enqueue each ticker once', async () => {
  const { database, due } = await market()
  const runs = await Promise.all(Array.from({ length: 8 }, () => due('2025-06-13T23:00:00Z')))
  expect(runs.flat()).toHaveLength(2)
  expect(await enqueued(database)).toEqual(['601988.SH', 'SPY'])
})

test('each exchange comes due by its own clock, and is not enqueued again before its next moment', async () => {
  const { database, due } = await market()
  await due('2025-06-12T23:00:00Z')
  await served(database, 'SPY', '2025-06-12')
  await served(database, '601988.SH', '2025-06-12')
  expect(await due('2025-06-13T08:59:00Z')).toEqual([])
  await due('2025-06-13T09:00:00Z')
  expect(await enqueued(database)).toEqual(['601988.SH'])
  await served(database, '601988.SH', '2025-06-13')
  await due('2025-06-13T22:00:00Z')
  expect(await enqueued(database)).toEqual(['SPY'])
})

test('after three days of downtime each exchange is enqueued once; a clock that runs backwards enqueues nothing', async () => {
  const { database, due } = await market()
  await due('2025-06-09T23:00:00Z')
  await served(database, 'SPY', '2025-06-09')
  await served(database, '601988.SH', '2025-06-09')
  expect(await due('2025-06-12T23:00:00Z')).toHaveLength(2)
  await over(database)
  expect(await due('2025-06-10T23:00:00Z')).toEqual([])
  expect(await due('2025-06-12T23:10:00Z')).toEqual([])
})

test('what the data show to be there is not enqueued: somebody has run it by hand', async () => {
  const { database, due } = await market()
  await served(database, 'SPY', '2025-06-13')
  await due('2025-06-13T22:30:00Z')
  expect(await enqueued(database)).toEqual(['601988.SH'])
})

/** The moments from one to another, in steps of five minutes, at which something was enqueued. */
async function enqueuedAt({ database, due }: Awaited<ReturnType<typeof market>>, from: string, to: string) {
  const moments: string[] = []
  for (let t = at(from).getTime(); t <= at(to).getTime(); t += 5 * 60_000) {
    const now = new Date(t).toISOString()
    if ((await due(now)).length === 0) continue
    moments.push(now.slice(5, 16))
    await over(database)
  }
  return moments
}

test('a session that is late is asked for again after 15 minutes, then 30 more, and no more once it is there', async () => {
  const place = await market()
  const { database } = place
  await served(database, '601988.SH', '2025-06-13')
  await served(database, 'SPY', '2025-06-12')
  expect(await enqueuedAt(place, '2025-06-13T21:55:00Z', '2025-06-13T23:00:00Z')).toEqual([
    '06-13T22:00',
    '06-13T22:15',
    '06-13T22:45',
  ])
  await served(database, 'SPY', '2025-06-13')
  expect(await enqueuedAt(place, '2025-06-13T23:45:00Z', '2025-06-14T00:10:00Z')).toEqual([])
})

test('many schedulers ask for a late session once', async () => {
  const { database, due } = await market()
  await served(database, '601988.SH', '2025-06-13')
  await due('2025-06-13T22:00:00Z')
  await over(database)
  const runs = await Promise.all(Array.from({ length: 8 }, () => due('2025-06-13T22:20:00Z')))
  expect(runs.flat()).toHaveLength(1)
  expect(await enqueued(database)).toEqual(['SPY'])
})

test('a holiday, which cannot be told from a late provider, is asked for as often as the configuration says', async () => {
  const place = await market()
  await served(place.database, 'SPY', '2025-07-03')
  await served(place.database, '601988.SH', '2025-07-04')
  expect(await enqueuedAt(place, '2025-07-04T21:55:00Z', '2025-07-05T07:00:00Z')).toEqual([
    ...['07-04T22:00', '07-04T22:15', '07-04T22:45', '07-04T23:45', '07-05T01:45', '07-05T05:45'],
  ])
  expect(await place.due('2025-07-06T12:00:00Z')).toEqual([])
})

test('a day on which a ticker does not trade is not waited for', async () => {
  const { database, due } = await market()
  await database.sql`update tickers set exchange = 'XXXX', timezone = 'UTC' where symbol = 'SPY'`
  for (let day = 2; day <= 13; day++) await served(database, '601988.SH', `2025-06-${String(day).padStart(2, '0')}`)
  for (const day of ['02', '03', '04', '05', '06', '09', '10', '11', '12', '13'])
    await served(database, 'SPY', `2025-06-${day}`)
  await due('2025-06-15T00:30:00Z') // Sunday: a look at Saturday.
  expect(await enqueued(database)).toEqual(['SPY'])
  await over(database)
  expect(await due('2025-06-15T00:50:00Z')).toEqual([])
})

test('what the user has to put right is not asked for again before the next moment', async () => {
  const { database, due } = await market()
  await served(database, '601988.SH', '2025-06-13')
  await due('2025-06-13T22:00:00Z')
  await over(database)
  await askNoMore(database.db, 'SPY')
  expect(await due('2025-06-13T23:00:00Z')).toEqual([])
  await due('2025-06-16T22:00:00Z')
  expect(await enqueued(database)).toContain('SPY')
})

test('a ticker still at work, or paused, is left alone and caught up with afterwards', async () => {
  const { database, due } = await market()
  await due('2025-06-12T23:00:00Z')
  expect(await due('2025-06-13T23:00:00Z')).toEqual([])
  await over(database)
  await pauseTicker(database.db, 'SPY', new Date())
  await due('2025-06-13T23:01:00Z')
  expect(await enqueued(database)).toEqual(['601988.SH'])
  await over(database)
  await resumeTicker(database.db, 'SPY')
  await due('2025-06-13T23:02:00Z')
  expect(await enqueued(database)).toEqual(['SPY'])
})

test('a ticker added between two moments is enqueued at once', async () => {
  const { database, due } = await market()
  await due('2025-06-13T23:00:00Z')
  await over(database)
  await saveTicker(database.db, {
    ...{ symbol: 'BAC', provider: 'csv', location: '/', exchange: 'XNYS', timezone: 'America/New_York' },
    ...{ isSample: false, active: true },
  })
  await due('2025-06-13T23:01:00Z')
  expect(await enqueued(database)).toEqual(['BAC'])
})
