import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, type Database } from '../../src/db/database.js'
import { displayBars, nextForecasts, pastForecasts } from '../../src/db/tickerHistory.js'
import { cloneMarket, LAST_SESSION, NEXT_SESSION, SPLIT_SESSION } from '../support/marketFixture.js'

let database: Database
let drop: () => Promise<void>

beforeAll(async () => {
  const market = await cloneMarket()
  drop = market.drop
  database = connect(market.url, 2)
})
afterAll(async () => {
  await database.close()
  await drop()
})

test('a split leaves no jump in the displayed prices, and the newest price is as quoted', async () => {
  const bars = await displayBars(database.db, 'ACME', { months: null })
  const at = bars.findIndex(({ session }) => session === SPLIT_SESSION)
  expect(bars[at - 1]!.factor).toBe(0.5)
  expect(bars[at]!.factor).toBe(1)
  expect(Math.abs(bars[at]!.close / bars[at - 1]!.close - 1)).toBeLessThan(0.08)
  expect(bars.at(-1)).toMatchObject({ session: LAST_SESSION, factor: 1 })
})

test('a range counts back from the newest bar', async () => {
  const bars = await displayBars(database.db, 'ACME', { months: 3 })
  expect(bars[0]!.session).toBe('2025-03-13')
  expect(bars.at(-1)!.session).toBe(LAST_SESSION)
})

test('a part of the bars is the same part of all bars, on either side of a split', async () => {
  const all = await displayBars(database.db, 'ACME', { months: null })
  const at = all.findIndex(({ session }) => session === SPLIT_SESSION)
  for (const end of [at - 5, at, at + 1, at + 5, all.length - 1])
    expect(await displayBars(database.db, 'ACME', { newest: 10, before: all[end]!.session })).toEqual(
      all.slice(end - 10, end),
    )
  expect(await displayBars(database.db, 'ACME', { newest: 10 })).toEqual(all.slice(-10))
  expect(await displayBars(database.db, 'ACME', { since: all[at - 3]!.session })).toEqual(all.slice(at - 3))
})

test('a part of the forecasts is the same part of all forecasts', async () => {
  const all = await pastForecasts(database.db, 'ACME', 'mamba', { since: '0001-01-01' })
  expect(await pastForecasts(database.db, 'ACME', 'mamba', { newest: 30 })).toEqual(all.slice(-30))
  const before = all.at(-8)!.asOf
  expect(await pastForecasts(database.db, 'ACME', 'mamba', { newest: 5, before })).toEqual(all.slice(-13, -8))
})

test('of several forecasts after one session the first live one counts, whatever was written later', async () => {
  const past = await pastForecasts(database.db, 'ACME', 'mamba', { since: '0001-01-01' })
  expect(new Set(past.map(({ asOf }) => asOf)).size).toBe(past.length)
  const contradicted = past.at(-10)!
  expect(contradicted).toMatchObject({ origin: 'live' })
  expect(Math.abs(contradicted.mean)).toBeLessThan(1)
  expect(past.at(-1)).toMatchObject({ asOf: LAST_SESSION, target: NEXT_SESSION, outcome: null })
  expect(past.at(-2)!.outcome).toMatchObject({ session: LAST_SESSION })
})

test('the next session has one forecast from every forecaster', async () => {
  const next = await nextForecasts(database.db, 'ACME', 'mamba')
  const names = ['drift', 'ewma', 'fhs', 'garch', 'har', 'hist', 'mamba', 'zero']
  expect(next.map(({ forecaster }) => forecaster)).toEqual(names)
  expect(next.every(({ quantiles, target }) => quantiles.length === 9 && target === NEXT_SESSION)).toBe(true)
})
