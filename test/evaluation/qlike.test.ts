import { expect, test } from 'vitest'
import { qlike } from '../../src/evaluation/qlike.js'

test('is least for the true variance', () => {
  expect(qlike([4], [4])).toBeCloseTo(Math.log(4) + 1, 14)
  for (const wrong of [3, 3.9, 4.1, 5]) expect(qlike([4], [wrong])).toBeGreaterThan(qlike([4], [4]))
})

test('allows a day without a move', () => {
  expect(qlike([0, 2], [1, 2])).toBeCloseTo((0 + Math.log(2) + 1) / 2, 14)
})
