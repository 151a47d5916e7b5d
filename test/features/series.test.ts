import { expect, test } from 'vitest'
import { toSeries } from '../../src/features/series.js'
import { acrossSplit } from './bars.js'

test('prices and volumes stand on the basis of the first bar', () => {
  const series = toSeries(acrossSplit)
  expect([...series.close]).toEqual([104, 104])
  expect([...series.volume]).toEqual([100, 120])
  expect(series.returnPct[0]).toBeNaN()
  expect(series.returnPct[1]).toBe(0)
})

test('no bars make an empty series', () => {
  expect(toSeries([]).length).toBe(0)
})
