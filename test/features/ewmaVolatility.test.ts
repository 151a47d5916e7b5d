import { expect, test } from 'vitest'
import { ewmaVariance, ewmaVolatilityFeatures } from '../../src/features/ewmaVolatility.js'
import { toSeries } from '../../src/features/series.js'
import { bar, day, valuesOf } from './bars.js'

test('the surprise is the return over the volatility that was forecast for it', () => {
  const bars = Array.from({ length: 3 }, (_, t) => bar(day(t), [100, 103, 98, 100 + 2 * t]))
  const columns = ewmaVolatilityFeatures(toSeries(bars))
  const forecast = Math.exp(valuesOf(columns, 'ewma_volatility')[1]!)
  expect(valuesOf(columns, 'surprise')[2]).toBeCloseTo(Math.log(104 / 102) / forecast, 10)
})

test('the variance is the EWMA recursion of RiskMetrics', () => {
  const bars = Array.from({ length: 60 }, (_, t) => bar(day(t), [100, 103, 97, 100 + 2 * Math.sin(t)]))
  const series = toSeries(bars)
  const variance = ewmaVariance(series)
  for (let t = 1; t < 60; t++)
    expect(variance[t]).toBeCloseTo(0.94 * variance[t - 1]! + 0.06 * (series.returnPct[t]! / 100) ** 2, 14)
})
