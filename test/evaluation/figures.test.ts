import { expect, test } from 'vitest'
import { figures, rollingFigures } from '../../src/evaluation/figures.js'
import { drawReturns, normalForecasts } from './settledForecasts.js'

const settled = normalForecasts(
  drawReturns(300, () => 1.5, 7),
  () => 1.5,
  (t) => 0.1 * Math.sin(t),
)

test('a calibrated forecast covers what it says', () => {
  const found = figures(settled)
  expect(found.n).toBe(300)
  expect(Math.abs(found.coverage_80 - 0.8)).toBeLessThan(0.06)
  expect(Math.abs(found.coverage_95 - 0.95)).toBeLessThan(0.04)
  // The CRPS of a calibrated normal is sigma / sqrt(pi) on average (Gneiting & Raftery 2007).
  expect(Math.abs(found.crps / (1.5 / Math.sqrt(Math.PI)) - 1)).toBeLessThan(0.1)
  expect(found.rmse).toBeGreaterThan(found.mae)
})

test.each([20, 60, 250, 1000])('a window of %i equals the figures of the same slice to the bit', (window) => {
  const rolling = rollingFigures(settled, window)
  expect(rolling).toHaveLength(300)
  for (const t of [0, 1, 19, 20, 100, 249, 250, 299]) {
    expect(rolling[t]).toEqual(figures(settled.slice(Math.max(t + 1 - window, 0), t + 1)))
  }
})

test('the start of a series has windows of as many sessions as there are', () => {
  expect(
    rollingFigures(settled, 20)
      .map(({ n }) => n)
      .slice(0, 22),
  ).toEqual([...Array.from({ length: 20 }, (_, i) => i + 1), 20, 20])
})

test('a later start gives the same windows without the earlier ones', () => {
  expect(rollingFigures(settled, 60, 290)).toEqual(rollingFigures(settled, 60).slice(290))
  expect(rollingFigures(settled, 60, 300)).toEqual([])
})

test('there are no figures of nothing', () => {
  expect(() => figures([])).toThrow(RangeError)
  expect(rollingFigures([], 20)).toEqual([])
})
