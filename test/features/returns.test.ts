import { expect, test } from 'vitest'
import { returnFeatures } from '../../src/features/returns.js'
import { toSeries } from '../../src/features/series.js'
import { acrossSplit, bar, day, twoPercent, valuesOf } from './bars.js'

test('returns split into the overnight and the intraday part, on one basis', () => {
  const columns = returnFeatures(toSeries(acrossSplit), twoPercent(acrossSplit))
  expect(valuesOf(columns, 'log_return_1')[1]).toBeCloseTo(0, 12)
  expect(valuesOf(columns, 'overnight_return')[1]).toBeCloseTo(Math.log(106 / 104) / 0.02, 10)
  expect(valuesOf(columns, 'intraday_return')[1]).toBeCloseTo(Math.log(52 / 53) / 0.02, 10)
  expect(valuesOf(columns, 'log_return_5')[1]).toBeNaN()
})

test('a return over n sessions is the sum of n log returns', () => {
  const bars = Array.from({ length: 30 }, (_, t) => bar(day(t), [100 + t, 101 + t, 99 + t, 100 + t]))
  const columns = returnFeatures(toSeries(bars), twoPercent(bars))
  expect(valuesOf(columns, 'log_return_22')[25]).toBeCloseTo(Math.log(125 / 103) / 0.02, 10)
})
