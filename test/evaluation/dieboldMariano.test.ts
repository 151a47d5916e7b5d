import { expect, test } from 'vitest'
import { dieboldMariano } from '../../src/evaluation/dieboldMariano.js'
import { better, outcome, worse } from './waves.js'

const squares = (forecast: number[]): number[] => outcome.map((y, i) => (y - forecast[i]!) ** 2)

// An independent computation in Python: numpy, p-values from scipy 1.17.1 `stats.t.cdf`. At one step ahead the corrected
// statistic is Student's t of the differences: `stats.ttest_1samp(d, 0, alternative='less')` gives the same figures.
test('agrees with numpy and scipy one and three steps ahead', () => {
  const one = dieboldMariano(squares(better), squares(worse))!
  expect(one.statistic).toBeCloseTo(-4.36403936046629, 9)
  expect(one.pValue / 1.912321330584288e-5).toBeCloseTo(1, 8)
  const three = dieboldMariano(squares(better), squares(worse), { horizon: 3 })!
  expect(three.statistic).toBeCloseTo(-4.005646469406634, 9)
  expect(three.pValue / 6.945974157045436e-5).toBeCloseTo(1, 8)
})

test('agrees with numpy and scipy where four further lags count with falling weights', () => {
  const found = dieboldMariano(squares(better), squares(worse), { bartlettLags: 4 })!
  expect(found.statistic).toBeCloseTo(-4.435554518949635, 9)
  expect(found.pValue / 1.4679652753597425e-5).toBeCloseTo(1, 8)
})

test('a difference that lingers is weaker evidence than one that is new each day', () => {
  const lingering = Array.from({ length: 120 }, (_, t) => Math.sin(t / 8) - 0.3)
  const none = lingering.map(() => 0)
  const plain = dieboldMariano(lingering, none)!
  expect(plain.pValue).toBeLessThan(0.01)
  expect(dieboldMariano(lingering, none, { bartlettLags: 10 })!.pValue).toBeGreaterThan(0.05)
})

test('is one-sided: the other order gives the other tail', () => {
  const forward = dieboldMariano(squares(better), squares(worse))!
  const backward = dieboldMariano(squares(worse), squares(better))!
  expect(backward.statistic).toBeCloseTo(-forward.statistic, 12)
  expect(backward.pValue).toBeCloseTo(1 - forward.pValue, 12)
})

test('says nothing of equal losses, a constant difference or one session', () => {
  expect(dieboldMariano([1, 2], [1, 2])).toBeNull()
  expect(dieboldMariano([1, 2], [2, 3])).toBeNull()
  expect(dieboldMariano([1], [2])).toBeNull()
  expect(dieboldMariano([], [])).toBeNull()
})
