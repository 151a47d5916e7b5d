import { describe, expect, test } from 'vitest'
import { christoffersen, kupiec } from '../../src/evaluation/coverageTests.js'
import { outcome } from './waves.js'

const withViolations = (n: number, count: number): boolean[] => Array.from({ length: n }, (_, t) => t < count)

describe('Kupiec', () => {
  /**
   * Kupiec 1995's non-rejection regions at the 5 % level, as tabulated in Jorion, Value at Risk: the numbers of
   * violations, out of 255, 510 and 1000, that bound the region from outside.
   */
  test.each([
    [0.01, 510, 1, 11],
    [0.01, 1000, 4, 17],
    [0.025, 255, 2, 12],
    [0.025, 510, 6, 21],
    [0.025, 1000, 15, 36],
    [0.05, 255, 6, 21],
    [0.05, 510, 16, 36],
    [0.05, 1000, 37, 65],
    [0.075, 255, 11, 28],
    [0.075, 510, 27, 51],
    [0.075, 1000, 59, 92],
    [0.1, 255, 16, 36],
    [0.1, 510, 38, 65],
    [0.1, 1000, 81, 120],
  ])('at p = %f over %i sessions rejects %i and %i violations and nothing between', (p, n, low, high) => {
    const rejected = Array.from(
      { length: high - low + 1 },
      (_, i) => kupiec(withViolations(n, low + i), p)!.pValue < 0.05,
    )
    expect(rejected).toEqual(rejected.map((_, i) => i === 0 || i === high - low))
  })

  test('takes no violation at all, and nothing but violations', () => {
    expect(kupiec(withViolations(100, 0), 0.05)!.statistic).toBeCloseTo(-200 * Math.log(0.95), 10)
    expect(kupiec(withViolations(10, 10), 0.05)!.statistic).toBeCloseTo(-20 * Math.log(0.05), 10)
    expect(kupiec([], 0.05)).toBeNull()
  })
})

describe('Christoffersen', () => {
  const violations = outcome.map((y) => Math.abs(y) > 1.2)

  // scipy 1.17.1: independence is the log-likelihood ratio of the 2 x 2 table of transitions (64, 7; 7, 1), as in
  // `stats.chi2_contingency(..., correction=False, lambda_='log-likelihood')`; the rest from `stats.binom.logpmf`.
  test('agrees with scipy', () => {
    expect(kupiec(violations, 0.2)!.statistic).toBeCloseTo(5.8704022455600935, 9)
    expect(kupiec(violations, 0.2)!.pValue).toBeCloseTo(0.015397533230384298, 10)
    const { independence, conditionalCoverage } = christoffersen(violations, 0.2)!
    expect(independence.statistic).toBeCloseTo(0.05206511988782825, 9)
    expect(independence.pValue).toBeCloseTo(0.8195079997201169, 9)
    expect(conditionalCoverage.statistic).toBeCloseTo(5.688302522405987, 9)
    expect(conditionalCoverage.pValue).toBeCloseTo(0.058183628492093034, 10)
  })

  test('finds violations that come in a row, of which there are as many as there should be', () => {
    const clustered = withViolations(200, 10)
    expect(kupiec(clustered, 0.05)!.pValue).toBeCloseTo(1, 10)
    expect(christoffersen(clustered, 0.05)!.independence.pValue).toBeLessThan(1e-6)
    expect(christoffersen(clustered, 0.05)!.conditionalCoverage.pValue).toBeLessThan(1e-6)
  })

  test('takes a series without any violation, and none of one session', () => {
    expect(christoffersen(withViolations(50, 0), 0.05)!.independence).toEqual({ statistic: 0, pValue: 1 })
    expect(christoffersen([true], 0.05)).toBeNull()
  })
})
