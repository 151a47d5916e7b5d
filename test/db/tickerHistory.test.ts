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
  const bars = await displayBars(database.db, 'ACME', null)
  const at = bars.findIndex(({ session }) => session === SPLIT_SESSION)
  expect(bars[at - 1]!.factor).toBe(0.5)
  expect(bars[at]!.factor).toBe(1)
  expect(Math.abs(bars[at]!.close / bars[at - 1]!.close - 1)).toBeLessThan(0.08)
  expect(bars.at(-1)).toMatchObject({ session: LAST_SESSION, factor: 1 })
})

test('a range counts back from the newest bar', async () => {
  const bars = await displayBars(database.db, 'ACME', 3)
  expect(bars[0]!.session).toBe('2025-03-13')
  expect(bars.at(-1)!.session).toBe(LAST_SESSION)
})

test('of several forecasts after one session the first live one counts, whatever was written later', async () => {
  const past = await pastForecasts(database.db, 'ACME', 'mamba', '0001-01-01')
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
