import { expect, test } from 'vitest'
import { toSeries } from '../../src/features/series.js'
import { volumeFeatures } from '../../src/features/volume.js'
import { acrossSplit, bar, day, valuesOf } from './bars.js'

test('volume is compared on one share basis', () => {
  expect(valuesOf(volumeFeatures(toSeries(acrossSplit)), 'volume_change')[1]).toBeCloseTo(Math.log(1.2), 12)
})

test('a session without volume has a bounded relative volume and no change', () => {
  const bars = Array.from({ length: 25 }, (_, t) => bar(day(t), [100, 101, 99, 100], { volume: t === 24 ? 0 : 10 }))
  const columns = volumeFeatures(toSeries(bars))
  expect(valuesOf(columns, 'relative_volume')[24]).toBeCloseTo(Math.log(1e-3), 12)
  expect(valuesOf(columns, 'volume_change')[24]).toBeNaN()
})
