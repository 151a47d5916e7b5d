import { describe, expect, test } from 'vitest'
import { QUANTILE_LEVELS } from '../../src/domain/forecast.js'
import { meanOfQuantiles } from '../../src/model/probability.js'
import { expectedMove, expectedShortfall, partialMean } from '../../src/model/tailRisk.js'

/** The quantile function itself, written out anew, so that integrals can be checked against sums. */
function quantileAt(quantiles: readonly number[], p: number): number {
  if (p < 0.025) return quantiles[0]! + ((quantiles[1]! - quantiles[0]!) / Math.LN2) * Math.log(p / 0.025)
  if (p > 0.975) return quantiles[8]! - ((quantiles[8]! - quantiles[7]!) / Math.LN2) * Math.log((1 - p) / 0.025)
  const above = Math.max(
    QUANTILE_LEVELS.findIndex((level) => level >= p),
    1,
  )
  const [from, to] = [QUANTILE_LEVELS[above - 1]!, QUANTILE_LEVELS[above]!]
  return quantiles[above - 1]! + ((quantiles[above]! - quantiles[above - 1]!) * (p - from)) / (to - from)
}

const POINTS = 100_000
const levels = Array.from({ length: POINTS }, (_, i) => (i + 0.5) / POINTS)
const integral = (quantiles: readonly number[], f: (q: number, p: number) => number): number =>
  levels.reduce((sum, p) => sum + f(quantileAt(quantiles, p), p), 0) / POINTS

const skewed = [-5, -3.5, -2, -0.8, 0.1, 0.9, 1.8, 2.5, 3.1]

describe.each([
  ['skewed', skewed],
  ['all above zero', skewed.map((q) => q + 20)],
  ['flat in the middle', [-2, -1, 0, 0, 0, 0, 0, 1, 2]],
  ['of no width', new Array<number>(9).fill(0.4)],
])('a distribution %s', (_, quantiles) => {
  test('has the expected shortfall that its quantile function integrates to', () => {
    const { lower, upper } = expectedShortfall(quantiles)
    expect(lower).toBeCloseTo(integral(quantiles, (q, p) => (p < 0.05 ? q : 0)) / 0.05, 2)
    expect(upper).toBeCloseTo(integral(quantiles, (q, p) => (p > 0.95 ? q : 0)) / 0.05, 2)
    expect(lower).toBeLessThanOrEqual(quantiles[1]! + 1e-9)
    expect(upper).toBeGreaterThanOrEqual(quantiles[7]! - 1e-9)
  })

  test('has the expected move that its quantile function integrates to', () => {
    expect(expectedMove(quantiles)).toBeCloseTo(
      integral(quantiles, (q) => Math.abs(q)),
      2,
    )
  })

  test('has partial means that end at its mean', () => {
    expect(partialMean(quantiles, 1 - 1e-12)).toBeCloseTo(meanOfQuantiles(quantiles), 9)
    for (const level of [0.001, 0.025, 0.03, 0.5, 0.975, 0.99])
      expect(partialMean(quantiles, level)).toBeCloseTo(
        integral(quantiles, (q, p) => (p < level ? q : 0)),
        3,
      )
  })
})

test('mirrored returns swap the tails and keep the expected move', () => {
  const mirrored = skewed.map((q) => -q).reverse()
  expect(expectedShortfall(mirrored).lower).toBeCloseTo(-expectedShortfall(skewed).upper, 12)
  expect(expectedMove(mirrored)).toBeCloseTo(expectedMove(skewed), 12)
})
