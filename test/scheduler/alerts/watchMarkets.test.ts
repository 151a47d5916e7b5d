import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openMissedRuns } from '../../../src/db/missedRuns.js'
import { bars } from '../../../src/db/schema.js'
import { saveTicker } from '../../../src/db/tickers.js'
import type { Subscription } from '../../../src/domain/alert.js'
import { Desk } from '../../../src/scheduler/alerts/alertDesk.js'
import { watchMarkets } from '../../../src/scheduler/alerts/watchMarkets.js'
import { alertConfig } from '../../support/alertSettings.js'
import { testDatabase } from '../../support/testDatabase.js'

const HOUR = 3_600_000
const bar = { open: 1, high: 1, low: 1, close: 1, volume: 1, ratio: 1, ratioSource: 'none' as const, provider: 'csv' }

const due = new Date('2025-06-13T22:00:00Z') // 18:00 in New York, a Friday.
const after = (hours: number) => new Date(due.getTime() + hours * HOUR)

async function market() {
  const database = await testDatabase()
  const { db, sql } = database
  const lines: { level: number; msg: string }[] = []
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) })
  const add = (symbol: string) =>
    saveTicker(db, {
      ...{ symbol, provider: 'csv', location: '.', exchange: 'XNYS', timezone: 'America/New_York' },
      ...{ isSample: false, active: true },
    })
  const addedLongAgo = () => sql`update tickers set added_at = '2020-01-01'`
  const config = alertConfig()
  return {
    database,
    config,
    add,
    addedLongAgo,
    context: { database, config, log },
    logged: () => lines.map(({ msg }) => msg),
  }
}

test('a missed run is stored and logged once although nobody is subscribed, and ends when it has been made good', async () => {
  const { database, add, addedLongAgo, context, logged } = await market()
  const { db, sql } = database
  await add('SPY')
  await addedLongAgo()
  await sql`insert into exchange_successes (exchange, succeeded_at) values ('XNYS', '2025-06-12T22:01:00Z')`
  await add('NEW') // Nobody expected it on that Friday.
  await watchMarkets(context, after(1))
  expect(await openMissedRuns(db)).toEqual([])
  await watchMarkets(context, after(2.5))
  await watchMarkets(context, after(3))
  expect(await openMissedRuns(db)).toEqual([{ exchange: 'XNYS', dueAt: due, tickers: ['SPY'] }])
  expect(logged()).toEqual(['run missed'])
  const monday = 3 * 24
  await watchMarkets(context, after(monday + 2.5))
  expect((await openMissedRuns(db)).map(({ dueAt }) => dueAt)).toEqual([after(monday)])
  await sql`update exchange_successes set succeeded_at = ${after(monday + 3).toISOString()}`
  await watchMarkets(context, after(monday + 4))
  expect(await openMissedRuns(db)).toEqual([])
  expect(logged()).toEqual(['run missed', 'a later run was missed too', 'run missed', 'missed run made good'])
})

test('a missed run and bars that have stopped are told, each once, and neither too early', async () => {
  const { database, config, add, addedLongAgo, context } = await market()
  const { db, sql } = database
  for (const [symbol, session] of [
    ['OLD', '2025-06-12'],
    ['NEW', '2025-06-13'],
  ] as const) {
    await add(symbol)
    await db.insert(bars).values({ ...bar, ticker: symbol, session, ingestedAt: due })
  }
  await addedLongAgo()
  await sql`insert into exchange_successes (exchange, succeeded_at) values ('XNYS', ${'2025-06-12T22:01:00Z'})`
  const desk = new Desk({ database, config, clock: () => due })
  const target = { url: 'http://127.0.0.1:9/' }
  const { id: endpointId } = await desk.addEndpoint({ name: '', channel: 'webhook', target, template: null })
  await desk.subscribe({ endpointId, events: ['run.missed', 'data.stale'] } as unknown as Subscription)
  const told = async () =>
    (await sql<{ subject: string }[]>`select subject from alerts order by 1`).map(({ subject }) => subject)

  await watchMarkets(context, after(1))
  expect(await told()).toEqual([])
  for (const hours of [2.5, 3, 24]) {
    await watchMarkets(context, after(hours))
    expect(await told()).toEqual(['data.stale:OLD:2025-06-12', `run.missed:XNYS:${due.toISOString()}`])
  }
})
