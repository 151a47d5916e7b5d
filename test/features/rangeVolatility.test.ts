import { expect, test } from 'vitest'
import type { AdjustedBar } from '../../src/domain/bar.js'
import { garmanKlass, parkinson, rangeVolatilityFeatures } from '../../src/features/rangeVolatility.js'
import { toSeries } from '../../src/features/series.js'
import { acrossSplit, bar, day, twoPercent, valuesOf } from './bars.js'

test('range variances are Parkinson’s and Garman and Klass’s', () => {
  const series = toSeries(acrossSplit)
  const [h, c] = [Math.log(110 / 95), Math.log(104 / 100)]
  expect(parkinson(series)[0]).toBeCloseTo(h ** 2 / (4 * Math.log(2)), 14)
  expect(garmanKlass(series)[0]).toBeCloseTo(0.5 * h ** 2 - (2 * Math.log(2) - 1) * c ** 2, 14)
})

test('a mistyped low does not rule the long windows', () => {
  const calm = Array.from({ length: 100 }, (_, t) => bar(day(t), [100, 101, 99, 100]))
  const typo = calm.map((row, t) => (t === 80 ? { ...row, low: 9.9 } : row))
  const volatility = (bars: AdjustedBar[]) =>
    valuesOf(rangeVolatilityFeatures(toSeries(bars), twoPercent(bars)), 'parkinson_66')[90]!
  expect(volatility(typo) - volatility(calm)).toBeLessThan(Math.log(1.3))
})
