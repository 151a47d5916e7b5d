import { expect, test } from 'vitest'
import { drawdownFeatures } from '../../src/features/drawdown.js'
import { toSeries } from '../../src/features/series.js'
import { acrossSplit, valuesOf } from './bars.js'

test('the drawdown is the distance from the highest high', () => {
  const columns = drawdownFeatures(toSeries(acrossSplit))
  expect(valuesOf(columns, 'drawdown_22')[1]).toBeCloseTo(100 * Math.log(104 / 110), 10)
})
