import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { QUANTILE_LEVELS } from '../../src/domain/forecast.js'
import { normalShape } from '../../src/model/baselines/shape.js'
import {
  cumulativeProbability,
  distributionOf,
  meanOfQuantiles,
  probabilityAbove,
  probabilityOfMove,
} from '../../src/model/probability.js'

const quantiles = fc
  .tuple(
    fc.double({ min: -20, max: 20, noNaN: true }),
    fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 8, maxLength: 8 }),
  )
  .map(([first, steps]) => [0, ...steps].map((_, i) => steps.slice(0, i).reduce((sum, step) => sum + step, first)))
const number = fc.double({ min: -500, max: 500, noNaN: true })

describe('probabilities', () => {
  test('are strictly inside (0, 1) and never increase with the level, whatever the quantiles', () => {
    fc.assert(
      fc.property(quantiles, number, number, (q, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a]
        const [above, further] = [low, high].map((x) => probabilityAbove(distributionOf(q), x)) as [number, number]
        expect(further).toBeLessThanOrEqual(above)
        expect(further).toBeGreaterThan(0)
        expect(above).toBeLessThan(1)
      }),
    )
  })

  test('of a move are strictly inside (0, 1) and never increase with the threshold', () => {
    fc.assert(
      fc.property(quantiles, number, number, (q, a, b) => {
        const [low, high] = [Math.abs(a), Math.abs(b)].sort((x, y) => x - y) as [number, number]
        const [small, large] = [low, high].map((x) => probabilityOfMove(distributionOf(q), x)) as [number, number]
        expect(large).toBeLessThanOrEqual(small + 1e-12)
        expect(large).toBeGreaterThan(0)
        expect(small).toBeLessThan(1)
      }),
    )
  })

  test('of moves far below any price step are still in order', () => {
    const q = [0, 0, 5.4e-323, ...Array(6).fill(1.1568694709561119e-275)]
    const [small, large] = [5e-323, 5.4e-323].map((x) => probabilityOfMove(distributionOf(q), x)) as [number, number]
    expect(large).toBeLessThanOrEqual(small)
  })

  test('give every quantile its own level', () => {
    for (const [i, level] of QUANTILE_LEVELS.entries())
      expect(cumulativeProbability(normalShape.quantiles, normalShape.quantiles[i]!)).toBeCloseTo(level, 12)
  })

  test('of a distribution without any width jump from almost 0 to almost 1', () => {
    const certain = distributionOf(QUANTILE_LEVELS.map(() => 2))
    expect(probabilityAbove(certain, 1.99)).toBeGreaterThan(0.999)
    expect(probabilityAbove(certain, 2.01)).toBeLessThan(0.001)
  })

  test('of a normal return are close to the normal tail', () => {
    const normal = distributionOf(normalShape.quantiles)
    expect(probabilityAbove(normal, 0)).toBeCloseTo(0.5, 12)
    expect(Math.abs(probabilityAbove(normal, 1) - 0.1587)).toBeLessThan(0.012) // linear between 10 % and 25 %
    expect(Math.abs(probabilityOfMove(normal, 2) - 0.0455)).toBeLessThan(0.005)
  })
})

describe('the mean', () => {
  test('is the integral of the quantile function, tails included', () => {
    const q = [-3, -2, -1.5, -0.5, 0.1, 0.6, 1.4, 2.5, 4]
    const steps = 20_000
    let integral = 0
    for (let i = 0; i < steps; i++) integral += inverse(q, (i + 0.5) / steps) / steps
    expect(meanOfQuantiles(q)).toBeCloseTo(integral, 3)
  })

  test('of a symmetric distribution is its centre', () => {
    expect(meanOfQuantiles(normalShape.quantiles.map((x) => 0.3 + 2 * x))).toBeCloseTo(0.3, 12)
  })
})

/** Quantile function by bisection of the distribution function. */
function inverse(q: readonly number[], p: number): number {
  let [low, high] = [-1000, 1000]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (cumulativeProbability(q, middle) < p) low = middle
    else high = middle
  }
  return low
}
