import { expect, test } from 'vitest'
import { meanAndSd } from '../../src/evaluation/meanAndSd.js'

// Standard deviation with divisor n - 1; numpy.std([2, 4, 4, 4, 5, 5, 7, 9], ddof=1) is 2.138089935299395.
test('mean and sample standard deviation', () => {
  const { mean, sd } = meanAndSd([2, 4, 4, 4, 5, 5, 7, 9])
  expect(mean).toBe(5)
  expect(sd).toBeCloseTo(2.138089935299395, 12)
})

test('one value has no spread', () => {
  expect(meanAndSd([3])).toEqual({ mean: 3, sd: null })
  expect(() => meanAndSd([])).toThrow(RangeError)
})
