import { expect, test } from 'vitest'
import { clarkWest } from '../../src/evaluation/clarkWest.js'
import { better, outcome, worse } from './waves.js'

const nothing = outcome.map(() => 0)

// An independent computation in Python: numpy, p-values from scipy 1.17.1 `stats.norm.sf`.
test('agrees with numpy and scipy, against zero and against another forecast', () => {
  const zero = clarkWest(outcome, better, nothing)!
  expect(zero.statistic).toBeCloseTo(6.906157879443419, 9)
  expect(zero.pValue / 2.48977892910083e-12).toBeCloseTo(1, 6)
  const rival = clarkWest(outcome, better, worse)!
  expect(rival.statistic).toBeCloseTo(5.706863044322851, 9)
  expect(rival.pValue / 5.753865126452846e-9).toBeCloseTo(1, 6)
})

test('says nothing of a forecast that is the benchmark, or of one session', () => {
  expect(clarkWest(outcome, nothing, nothing)).toBeNull()
  expect(clarkWest([1], [1], [0])).toBeNull()
  expect(clarkWest([], [], [])).toBeNull()
})
