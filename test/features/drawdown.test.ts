import { expect, test } from 'vitest'
import { drawdownFeatures } from '../../src/features/drawdown.js'
import { toSeries } from '../../src/features/series.js'
import { acrossSplit, twoPercent, valuesOf } from './bars.js'

test('the drawdown is the distance from the highest high, in volatilities', () => {
  const columns = drawdownFeatures(toSeries(acrossSplit), twoPercent(acrossSplit))
  expect(valuesOf(columns, 'drawdown_22')[1]).toBeCloseTo(Math.log(104 / 110) / 0.02, 10)
})
