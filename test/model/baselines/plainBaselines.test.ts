import { expect, test } from 'vitest'
import { adjustedReturns } from '../../../src/model/baselines/adjustedReturns.js'
import { drift } from '../../../src/model/baselines/drift.js'
import { ewma } from '../../../src/model/baselines/ewma.js'
import { fhs } from '../../../src/model/baselines/fhs.js'
import { har } from '../../../src/model/baselines/har.js'
import { hist } from '../../../src/model/baselines/hist.js'
import { zero } from '../../../src/model/baselines/zero.js'
import { alternating, barsWithReturns } from './trainingBars.js'

// Standard normal quantiles at 0.025 and 0.75 (Abramowitz & Stegun, table 26.5).
const Z_0025 = -1.959963984540054
const Z_075 = 0.674489750196082

test('a split is no return', () => {
  const [first, second] = barsWithReturns([10])
  const split = { ...second!, close: second!.close / 2, ratio: 0.5 }
  expect(adjustedReturns([first!, split])[1]).toBeCloseTo(10, 10)
})

test('zero is normal about 0 with the mean square of training', () => {
  const [forecast] = zero.fit(barsWithReturns(alternating(100))).forecast(barsWithReturns([1]), 1)
  expect(forecast!.mean).toBe(0)
  expect(forecast!.quantiles[0]).toBeCloseTo(Z_0025 * Math.sqrt(2.5), 10)
})

test('drift is normal about the training mean', () => {
  const returns = alternating(100).map((value) => value + 0.5)
  const [forecast] = drift.fit(barsWithReturns(returns)).forecast(barsWithReturns([1]), 1)
  expect(forecast!.mean).toBeCloseTo(0.5, 10)
  expect(forecast!.quantiles[5]).toBeCloseTo(0.5 + Z_075 * Math.sqrt(2.5), 10)
})

test('hist gives the quantiles of training', () => {
  const returns = Array.from({ length: 101 }, (_, t) => ((t * 37) % 101) / 10 - 5)
  const [forecast] = hist.fit(barsWithReturns(returns)).forecast(barsWithReturns([1]), 1)
  const expected = [-4.75, -4.5, -4, -2.5, 0, 2.5, 4, 4.5, 4.75]
  for (const [i, value] of expected.entries()) expect(forecast!.quantiles[i]).toBeCloseTo(value, 10)
})

test('ewma follows the recursion from the training variance', () => {
  const later = barsWithReturns([3, -1])
  const forecasts = ewma.fit(barsWithReturns(alternating(100))).forecast(later, 0)
  const variances = [2.5, 0.94 * 2.5 + 0.06 * 9, 0.94 * (0.94 * 2.5 + 0.06 * 9) + 0.06]
  for (const [t, variance] of variances.entries()) {
    expect(forecasts[t]!.quantiles[0]).toBeCloseTo(Z_0025 * Math.sqrt(variance), 9)
  }
})

test('fhs and har are wider after a wild day than after a calm one', () => {
  const returns = Array.from({ length: 300 }, (_, t) => Math.sin(t * t) * (t % 60 < 30 ? 1 : 4))
  const bars = barsWithReturns(returns).map((bar, t) => {
    const range = 1 + (Math.abs(returns[t - 1] ?? 1) + 0.1) / 50
    return { ...bar, high: bar.close * range, low: bar.close / range }
  })
  for (const baseline of [fhs, har]) {
    const forecasts = baseline.fit(bars).forecast(bars, 0)
    const widthAt = (t: number): number => forecasts[t]!.quantiles[8]! - forecasts[t]!.quantiles[0]!
    expect(widthAt(240)).toBeGreaterThan(1.5 * widthAt(210))
  }
})

test('har falls back on the training quantiles when no bar has a range', () => {
  const bars = barsWithReturns(alternating(100)).map((bar) => ({ ...bar, high: bar.close, low: bar.close }))
  const [forecast] = har.fit(bars).forecast(bars, 100)
  const [plain] = hist.fit(bars.slice(21)).forecast(bars, 100)
  for (const [i, quantile] of plain!.quantiles.entries()) expect(forecast!.quantiles[i]).toBeCloseTo(quantile, 9)
})
