import { expect, test } from 'vitest'
import { explanationOf, saveExplanation } from '../../src/db/explanations.js'
import type { Attribution, Explanation } from '../../src/domain/explanation.js'
import type { Forecast } from '../../src/domain/forecast.js'
import { testDatabase } from '../support/testDatabase.js'

const forecast = {
  ...{ ticker: 'T', asOf: '2025-06-13', target: '2025-06-16', model: 'mamba-1', dataHash: 'h' },
} as Forecast

const attribution = (shift: number): Attribution => ({
  ...{ baseline: 0.1 + shift, output: 0.3 + shift, residual: 1e-5, steps: 8, earlier: Math.fround(0.001) },
  features: [0.2, -1e-9, 0.1].map(Math.fround),
  sessions: [0.05, 0.149].map(Math.fround),
})

const explanation: Explanation = {
  features: ['a', 'b', 'c'],
  values: [1.3, -4, 0].map(Math.fround),
  sessions: ['2025-06-12', '2025-06-13'],
  width: attribution(0),
  median: attribution(1),
  attention: { sessions: [0.2, 0.7].map(Math.fround), earlier: Math.fround(0.1) },
}

test('an explanation is read back to the last bit, and saved again it stays as it was', async () => {
  const { db } = await testDatabase()
  await saveExplanation(db, forecast, explanation, new Date(0))
  expect(await explanationOf(db, forecast)).toEqual(explanation)
  await saveExplanation(db, forecast, { ...explanation, features: ['x', 'y', 'z'] }, new Date(1))
  expect(await explanationOf(db, forecast)).toEqual(explanation)
})

test('a model that forecasts no width has none explained', async () => {
  const { db } = await testDatabase()
  await saveExplanation(db, forecast, { ...explanation, width: null }, new Date(0))
  expect(await explanationOf(db, forecast)).toEqual({ ...explanation, width: null })
})

test('a forecast without one has none', async () => {
  const { db } = await testDatabase()
  expect(await explanationOf(db, forecast)).toBeUndefined()
})
