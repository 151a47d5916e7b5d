import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rollingMax, rollingMean } from '../../src/features/rolling.js'

const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 60 }).map((list) => Float64Array.from(list))
const window = fc.integer({ min: 1, max: 20 })

test('the rolling maximum is the largest of the last values', () => {
  fc.assert(
    fc.property(numbers, window, (x, w) => {
      const naive = x.map((_, t) => Math.max(...x.slice(Math.max(0, t - w + 1), t + 1)))
      expect(rollingMax(x, w)).toEqual(naive)
    }),
    { seed: 1 },
  )
})

test('the rolling mean is unknown until the window is full', () => {
  fc.assert(
    fc.property(numbers, window, (x, w) => {
      const mean = rollingMean(x, w)
      for (const [t, value] of mean.entries()) {
        const last = x.slice(Math.max(0, t - w + 1), t + 1)
        if (t + 1 < w) expect(value).toBeNaN()
        else expect(value).toBeCloseTo(last.reduce((a, b) => a + b, 0) / w, 10)
      }
    }),
    { seed: 1 },
  )
})

test('a constant after a storm is exactly constant', () => {
  const x = Float64Array.from({ length: 100 }, (_, t) => (t < 50 ? 1e9 * Math.sin(t) : 0.1))
  expect(new Set(rollingMean(x, 10).slice(60)).size).toBe(1)
})
