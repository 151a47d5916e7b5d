import { expect, test } from 'vitest'
import { hitRate, mae, r2Oos, rmse } from '../../src/evaluation/pointMetrics.js'

test('errors are measured in the unit of the series', () => {
  expect(mae([1, -2, 3], [0, 0, 1])).toBeCloseTo(5 / 3, 14)
  expect(rmse([1, -2, 3], [0, 0, 1])).toBeCloseTo(Math.sqrt(3), 14)
})

test('R² is measured against "no change": 0 for that forecast, 1 for a perfect one, negative for a worse one', () => {
  expect(r2Oos([1, -2, 3], [0, 0, 0])).toBe(0)
  expect(r2Oos([1, -2, 3], [1, -2, 3])).toBe(1)
  expect(r2Oos([1, -2, 3], [0, 0, 1])).toBeCloseTo(1 - 9 / 14, 14)
  expect(r2Oos([1, -1], [-1, 1])).toBe(-3)
})

test('R² is 0, not undefined, where nothing moved', () => {
  expect(r2Oos([0, 0], [0.1, 0])).toBe(0)
})

test('the hit rate leaves out days without a move and counts a forecast of zero as a miss', () => {
  expect(hitRate([1, -1, 0, 2], [1, 1, 1, 0])).toBeCloseTo(1 / 3, 14)
})

test('the hit rate is absent where no direction was given or nothing moved', () => {
  expect(hitRate([1, -1], [0, 0])).toBeNull()
  expect(hitRate([0, 0], [1, 1])).toBeNull()
})
