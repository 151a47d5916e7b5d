import { expect, test } from 'vitest'
import { leastSquares } from '../../../src/model/baselines/leastSquares.js'

const a = Float64Array.from({ length: 50 }, (_, t) => Math.sin(t))
const b = Float64Array.from({ length: 50 }, (_, t) => Math.cos(2.3 * t))

test('recovers the coefficients of an exact relation', () => {
  const { intercept, slopes } = leastSquares(
    a.map((value, t) => 3 + 0.5 * value - 2 * b[t]!),
    [a, b],
  )
  expect(intercept).toBeCloseTo(3, 6)
  expect(slopes[0]).toBeCloseTo(0.5, 6)
  expect(slopes[1]).toBeCloseTo(-2, 6)
})

test('a constant regressor gets no weight', () => {
  const { intercept, slopes } = leastSquares(
    a.map((value) => 1 + value),
    [a, new Float64Array(50).fill(7)],
  )
  expect(slopes[1]).toBe(0)
  expect(intercept).toBeCloseTo(1, 6)
})

test('two equal regressors share their weight', () => {
  const { slopes } = leastSquares(a, [a, a])
  expect(slopes[0]).toBeCloseTo(0.5, 5)
  expect(slopes[1]).toBeCloseTo(0.5, 5)
})
