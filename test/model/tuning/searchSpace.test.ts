import { expect, test } from 'vitest'
import { drawSetting } from '../../../src/model/tuning/searchSpace.js'

const many = Array.from({ length: 400 }, (_, candidate) => drawSetting(1, candidate))

test('a setting follows from seed and number alone', () => {
  expect(drawSetting(7, 13)).toEqual(drawSetting(7, 13))
  expect(drawSetting(7, 13)).not.toEqual(drawSetting(8, 13))
  expect(new Set(many.map((setting) => JSON.stringify(setting))).size).toBe(many.length)
})

test('rates stay within their bounds and every choice occurs', () => {
  for (const { learningRate, weightDecay } of many) {
    expect(learningRate).toBeGreaterThanOrEqual(5e-4)
    expect(learningRate).toBeLessThanOrEqual(2e-2)
    expect(weightDecay).toBeGreaterThanOrEqual(1e-5)
    expect(weightDecay).toBeLessThanOrEqual(1e-1)
  }
  const values = (key: 'dModel' | 'nLayers' | 'dState' | 'trainWindow') => new Set(many.map((setting) => setting[key]))
  expect(values('dModel')).toEqual(new Set([8, 16, 24, 32]))
  expect(values('nLayers')).toEqual(new Set([1, 2, 3]))
  expect(values('dState')).toEqual(new Set([4, 8, 16, 32]))
  expect(values('trainWindow')).toEqual(new Set([500, 1_000, 2_000, undefined]))
})

test('half of the learning rates lie below the middle of their logarithms', () => {
  const middle = Math.sqrt(5e-4 * 2e-2)
  const below = many.filter(({ learningRate }) => learningRate < middle).length
  expect(Math.abs(below / many.length - 0.5)).toBeLessThan(0.1)
})
