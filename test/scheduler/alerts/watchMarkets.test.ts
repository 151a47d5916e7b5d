import { pino } from 'pino'
import { expect, test } from 'vitest'
import { bars } from '../../../src/db/schema.js'
import { saveTicker } from '../../../src/db/tickers.js'
import type { Subscription } from '../../../src/domain/alert.js'
import { Desk } from '../../../src/scheduler/alerts/alertDesk.js'
import { watchMarkets } from '../../../src/scheduler/alerts/watchMarkets.js'
import { alertConfig } from '../../support/alertSettings.js'
import { testDatabase } from '../../support/testDatabase.js'

const HOUR = 3_600_000
const bar = { open: 1, high: 1, low: 1, close: 1, volume: 1, ratio: 1, ratioSource: 'none' as const, provider: 'csv' }

test('a missed run and bars that have stopped are told, each once, and neither too early', async () => {
  const database = await testDatabase()
  const { db, sql } = database
  const config = alertConfig()
  const due = new Date('2025-06-13T22:00:00Z') // 18:00 in New York, a Friday.
  for (const [symbol, session] of [
    ['OLD', '2025-06-12'],
    ['NEW', '2025-06-13'],
  ] as const) {
    await saveTicker(db, {
      ...{ symbol, provider: 'csv', location: '.', exchange: 'XNYS', timezone: 'America/New_York' },
      ...{ isSample: false, active: true },
    })
    await db.insert(bars).values({ ...bar, ticker: symbol, session, ingestedAt: due })
  }
  await sql`insert into exchange_successes (exchange, succeeded_at) values ('XNYS', ${'2025-06-12T22:01:00Z'})`
  const desk = new Desk({ database, config, clock: () => due })
  const target = { url: 'http://127.0.0.1:9/' }
  const { id: endpointId } = await desk.addEndpoint({ name: '', channel: 'webhook', target, template: null })
  await desk.subscribe({ endpointId, events: ['run.missed', 'data.stale'] } as unknown as Subscription)
  const context = { database, config, log: pino({ level: 'silent' }) }
  const told = async () =>
    (await sql<{ subject: string }[]>`select subject from alerts order by 1`).map(({ subject }) => subject)

  await watchMarkets(context, new Date(due.getTime() + HOUR))
  expect(await told()).toEqual([])
  for (const hours of [2.5, 3, 24]) {
    await watchMarkets(context, new Date(due.getTime() + hours * HOUR))
    expect(await told()).toEqual(['data.stale:OLD:2025-06-12', `run.missed:XNYS:${due.toISOString()}`])
  }
})
