import { expect, test } from 'vitest'
import { createRandom } from '../../src/model/random.js'

const draws = (seed: number, count: number) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, random)
}

test('the same seed gives the same numbers, another seed others', () => {
  expect(draws(7, 20)).toEqual(draws(7, 20))
  expect(draws(7, 20)).not.toEqual(draws(8, 20))
})

test('numbers lie in [0, 1) and fill it evenly', () => {
  const sample = draws(1, 40_000)
  expect(Math.min(...sample)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...sample)).toBeLessThan(1)
  const counts = new Array<number>(20).fill(0)
  for (const x of sample) counts[Math.floor(x * 20)]! += 1
  const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)
  expect(chiSquare).toBeLessThan(43.8) // 99.9 % point with 19 degrees of freedom
})

test('neighbouring numbers are not correlated', () => {
  const sample = draws(3, 40_000)
  let sum = 0
  for (let i = 1; i < sample.length; i++) sum += (sample[i]! - 0.5) * (sample[i - 1]! - 0.5)
  expect(Math.abs((12 * sum) / sample.length)).toBeLessThan(0.02)
})
