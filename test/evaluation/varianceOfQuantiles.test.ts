import { expect, test } from 'vitest'
import { QUANTILE_LEVELS } from '../../src/domain/forecast.js'
import { varianceOfQuantiles } from '../../src/evaluation/varianceOfQuantiles.js'

const skewed = [-4, -3, -1.5, -0.5, 0.1, 0.9, 1.8, 2.4, 3.5]

/** Quantile function of `model/probability.ts` at p, written once more. */
function quantileAt(q: readonly number[], p: number): number {
  const [low, high] = [0.025, 0.975]
  if (p < low) return q[0]! + ((q[1]! - q[0]!) / Math.LN2) * Math.log(p / low)
  if (p > high) return q[8]! - ((q[8]! - q[7]!) / Math.LN2) * Math.log((1 - p) / low)
  const i = Math.min(
    QUANTILE_LEVELS.findLastIndex((level) => level <= p),
    7,
  )
  const share = (p - QUANTILE_LEVELS[i]!) / (QUANTILE_LEVELS[i + 1]! - QUANTILE_LEVELS[i]!)
  return q[i]! + share * (q[i + 1]! - q[i]!)
}

test('it is the variance that a fine grid of the quantile function has', () => {
  const n = 2_000_000
  let [sum, squares] = [0, 0]
  for (let i = 0; i < n; i++) {
    const x = quantileAt(skewed, (i + 0.5) / n)
    sum += x
    squares += x * x
  }
  expect(varianceOfQuantiles(skewed)).toBeCloseTo(squares / n - (sum / n) ** 2, 4)
})

test('it does not follow the location and grows with the square of the scale', () => {
  const variance = varianceOfQuantiles(skewed)
  expect(varianceOfQuantiles(skewed.map((q) => q + 100))).toBeCloseTo(variance, 9)
  expect(varianceOfQuantiles(skewed.map((q) => 3 * q))).toBeCloseTo(9 * variance, 9)
})
