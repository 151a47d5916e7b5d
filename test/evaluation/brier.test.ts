import { expect, test } from 'vitest'
import { brierSkill, largeMoveRate } from '../../src/evaluation/brier.js'
import { distributionOf } from '../../src/model/probability.js'

const wide = distributionOf([-6, -5, -4, -2.5, 0, 2.5, 4, 5, 6])
const narrow = distributionOf([-1, -0.8, -0.6, -0.3, 0, 0.3, 0.6, 0.8, 1])
const calm = [0.1, -0.4, 0.2]
const stormy = [3, -4, 2.5]

test('who tells stormy sessions from calm ones has skill, and who has them the wrong way round has none', () => {
  const knows = [
    ...calm.map((returnPct) => ({ ...narrow, returnPct })),
    ...stormy.map((returnPct) => ({ ...wide, returnPct })),
  ]
  const errs = knows.map(({ returnPct }, i) => ({ ...(i < 3 ? wide : narrow), returnPct }))
  expect(brierSkill(knows, 0.5)!).toBeGreaterThan(0.5)
  expect(brierSkill(errs, 0.5)!).toBeLessThan(0)
})

test('the base rate itself scores zero', () => {
  // P(|return| > 2) = 0.5: 2 is the upper quartile.
  const half = distributionOf([-5, -4, -3, -2, 0, 2, 3, 4, 5])
  expect(
    brierSkill(
      [2.5, -3, 0, 1].map((returnPct) => ({ ...half, returnPct })),
      0.5,
    ),
  ).toBeCloseTo(0, 12)
})

test('a base rate that is never wrong cannot be beaten', () => {
  expect(
    brierSkill(
      calm.map((returnPct) => ({ ...wide, returnPct })),
      0,
    ),
  ).toBeNull()
})

test('the rate counts returns beyond the threshold on either side, and only those that are known', () => {
  expect(largeMoveRate([Number.NaN, 2, -2.1, 5, 0])).toBe(0.5)
})
