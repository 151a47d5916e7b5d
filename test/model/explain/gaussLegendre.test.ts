import { expect, test } from 'vitest'
import { gaussLegendre } from '../../../src/model/explain/gaussLegendre.js'

test.each([1, 2, 5, 8, 16, 64])('%i points integrate every power up to 2 n - 1 exactly', (n) => {
  const points = gaussLegendre(n)
  for (const power of new Set([0, 1, n, 2 * n - 1])) {
    const integral = points.reduce((sum, { at, weight }) => sum + weight * at ** power, 0)
    expect(Math.abs(integral * (power + 1) - 1)).toBeLessThan(1e-12)
  }
})

test('and not the power after', () => {
  const integral = gaussLegendre(3).reduce((sum, { at, weight }) => sum + weight * at ** 6, 0)
  expect(Math.abs(integral * 7 - 1)).toBeGreaterThan(1e-4)
})
