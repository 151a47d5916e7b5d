import { expect, test } from 'vitest'
import { linearAxis, logAxis } from '../../../src/evaluation/report/axis.js'

test('ticks are round, within the axis, and written to their own precision', () => {
  const { ticks, position } = linearAxis([-0.031, 0.082])
  expect(ticks.map(({ label }) => label)).toEqual(['−0.025', '0.000', '0.025', '0.050', '0.075'])
  for (const { at } of ticks) expect(position(at)).toBeGreaterThanOrEqual(0)
  expect(position(0.082)).toBeLessThan(1)
})

test('what must be shown is shown, and a single value has room around it', () => {
  expect(linearAxis([5, 6], [0]).position(0)).toBeGreaterThan(0)
  expect(linearAxis([5]).position(5)).toBeCloseTo(0.5, 9)
  expect(linearAxis([0, 0]).ticks.length).toBeGreaterThan(1)
})

test('a logarithmic axis has powers of ten and leaves out what has no logarithm', () => {
  const { ticks, position } = logAxis([0.05, 0.0002, Number.NaN, 0])
  expect(ticks.map(({ label }) => label)).toEqual(['1e−3', '1e−2'])
  expect(position(0.05)).toBeGreaterThan(position(0.0002))
})
