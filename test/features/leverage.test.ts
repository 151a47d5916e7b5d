import { expect, test } from 'vitest'
import { leverageFeatures } from '../../src/features/leverage.js'
import { toSeries } from '../../src/features/series.js'
import { bar, day, twoPercent, valuesOf } from './bars.js'

test('negative volatility counts losses only', () => {
  const bars = Array.from({ length: 8 }, (_, t) => bar(day(t), [100, 120, 90, t % 2 === 0 ? 100 : 110]))
  const columns = leverageFeatures(toSeries(bars), twoPercent(bars))
  const loss = Math.log(100 / 110)
  expect(valuesOf(columns, 'negative_return')[2]).toBeCloseTo(loss / 0.02, 10)
  expect(valuesOf(columns, 'negative_return')[3]).toBe(0)
  expect(valuesOf(columns, 'negative_volatility_5')[6]).toBeCloseTo(
    0.5 * Math.log((3 * loss ** 2) / 5) - Math.log(0.02),
    10,
  )
})
