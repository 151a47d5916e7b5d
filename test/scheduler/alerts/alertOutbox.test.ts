import { expect, test } from 'vitest'
import type { Db } from '../../../src/db/database.js'
import { appendForecasts } from '../../../src/db/forecasts.js'
import { bars } from '../../../src/db/schema.js'
import { saveTicker } from '../../../src/db/tickers.js'
import type { Subscription } from '../../../src/domain/alert.js'
import type { Forecast } from '../../../src/domain/forecast.js'
import { Desk } from '../../../src/scheduler/alerts/alertDesk.js'
import { AlertOutbox } from '../../../src/scheduler/alerts/alertOutbox.js'
import { dataStale, runFailed } from '../../../src/scheduler/alerts/incidents.js'
import { settleTicker } from '../../../src/scheduler/jobs/settleTicker.js'
import { alertConfig } from '../../support/alertSettings.js'
import { forecastFacts } from '../../support/forecastFacts.js'
import { testDatabase } from '../../support/testDatabase.js'

const noon = new Date('2025-06-13T12:00:00Z')
const common = { open: 100, high: 103, low: 99, volume: 1, ratio: 1, ratioSource: 'none' as const, provider: 'csv' }

const dayOf = (i: number): string => new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10)

/** A ticker with thirty bars, its outbox, and a way to subscribe to it. */
async function market() {
  const database = await testDatabase()
  const { db, sql } = database
  await saveTicker(db, {
    ...{ symbol: 'ACME', provider: 'csv', location: '.', exchange: 'XNYS', timezone: 'America/New_York' },
    ...{ isSample: false, active: true },
  })
  const addBar = (i: number) =>
    db.insert(bars).values({ ...common, ticker: 'ACME', session: dayOf(i), close: 100 + (i % 2) * 2 })
  for (let i = 0; i < 30; i++) await addBar(i)
  const config = alertConfig()
  const outbox = new AlertOutbox(database.queue, config)
  const desk = new Desk({ database, config, clock: () => noon })
  const target = { url: 'http://127.0.0.1:9/' }
  const { id: endpointId } = await desk.addEndpoint({ name: '', channel: 'webhook', target, template: null })
  const subscribe = (given: Partial<Subscription>) => desk.subscribe({ endpointId, ...given } as Subscription)
  const told = async () =>
    (await sql<{ subject: string }[]>`select subject from alerts order by subject`).map(({ subject }) => subject)
  return { database, db, sql, outbox, subscribe, told, addBar, endpointId }
}

const forecastOf = (i: number, change: Partial<Forecast> = {}): Forecast => ({
  ...forecastFacts().forecast,
  ...{ asOf: dayOf(i), target: dayOf(i + 1), dataHash: `h${i}`, ...change },
})

/** As the forecasting job does it. */
const record = (db: Db, outbox: AlertOutbox, forecast: Forecast, fail = false) =>
  db.transaction(async (tx) => {
    const added = await appendForecasts(tx, [forecast], null, noon)
    if (added > 0) await outbox.forecastsMade(tx, [forecast], noon)
    if (fail) throw new Error('killed before the commit')
  })

test('an alert is written with its forecast or not at all, and so is the job that sends it', async () => {
  const { db, sql, outbox, subscribe, told } = await market()
  await subscribe({ events: ['forecast.created'] })
  const jobs = () => sql`select 1 from pgboss.job where name = 'deliver'`
  await expect(record(db, outbox, forecastOf(29), true)).rejects.toThrow('killed')
  expect([await told(), (await jobs()).length, (await sql`select 1 from forecasts`).length]).toEqual([[], 0, 0])
  await record(db, outbox, forecastOf(29))
  expect([await told(), (await jobs()).length]).toEqual([[`forecast.created:ACME:${dayOf(29)}`], 1])
})

test('a day done twice sends nothing the second time, even from corrected data', async () => {
  const { db, sql, outbox, subscribe, told, addBar } = await market()
  await subscribe({
    events: ['forecast.large_move', 'forecast.created', 'forecast.settled', 'data.stale', 'run.failed'],
  })
  const day = async (dataHash: string) => {
    await record(db, outbox, forecastOf(29, { dataHash }))
    await settleTicker(db, 'ACME', noon, outbox, 3)
    await db.transaction((tx) => outbox.incident(tx, dataStale('ACME', dayOf(29), dayOf(30)), noon))
    await db.transaction((tx) => outbox.incident(tx, runFailed('run-1', null, 'ACME: no'), noon))
  }
  await record(db, outbox, forecastOf(28))
  await addBar(30)
  await day('first')
  const before = await told()
  expect(before).toEqual([
    `data.stale:ACME:${dayOf(29)}`,
    ...[28, 29].map((i) => `forecast.created:ACME:${dayOf(i)}`),
    ...[28, 29].map((i) => `forecast.settled:ACME:${dayOf(i)}`),
    'run.failed:run-1',
  ])
  const jobs = (await sql`select 1 from pgboss.job where name = 'deliver'`).length
  await day('first')
  await day('corrected')
  expect(await told()).toEqual(before)
  expect(await sql`select 1 from pgboss.job where name = 'deliver'`).toHaveLength(jobs)
})

test('an edge is told when the move becomes large, and again only after it was not', async () => {
  const { db, outbox, subscribe, told } = await market()
  await subscribe({ events: ['forecast.large_move'], condition: { expectedMove: { size: 1, unit: 'pct' } } })
  for (const [i, mean] of [0.5, 1.5, 1.6, 0.4, 2].entries()) await record(db, outbox, forecastOf(20 + i, { mean }))
  expect(await told()).toEqual([21, 24].map((i) => `forecast.large_move:ACME:${dayOf(i)}`))
})

test('only who subscribed hears: by ticker, by exchange, by event, and of live forecasts', async () => {
  const { db, sql, outbox, subscribe } = await market()
  await subscribe({ events: ['forecast.created'], tickers: ['OTHER'] })
  await subscribe({ events: ['forecast.created'], exchange: 'XSHG' })
  await subscribe({ events: ['forecast.settled'] })
  const heard = await subscribe({ events: ['forecast.created'], tickers: ['ACME'], exchange: 'XNYS', mode: 'digest' })
  await record(db, outbox, forecastOf(28, { origin: 'backtest' }))
  await record(db, outbox, forecastOf(29))
  expect(await sql`select subscription_id as id, is_digested, due_at > created_at as later from alerts`).toEqual([
    { id: heard, is_digested: true, later: true },
  ])
})

test('transactions that tell the same endpoint at once all get through, under one job', async () => {
  const { db, sql, outbox, subscribe, told } = await market()
  await subscribe({ events: ['forecast.created'], mode: 'each' })
  await subscribe({ events: ['forecast.created'], mode: 'each' })
  const symbols = Array.from({ length: 12 }, (_, i) => `T${i}`)
  for (const symbol of symbols)
    await saveTicker(db, {
      ...{ symbol, provider: 'csv', location: '.', exchange: 'XNYS', timezone: 'America/New_York' },
      ...{ isSample: false, active: true },
    })
  await Promise.all(symbols.map((ticker) => record(db, outbox, forecastOf(29, { ticker }))))
  expect(await told()).toHaveLength(2 * symbols.length)
  expect(await sql`select 1 from pgboss.job where name = 'deliver'`).toHaveLength(1)
})
