import { expect, test } from 'vitest'
import { nelderMead } from '../../../src/model/baselines/nelderMead.js'

const options = { step: 0.5, tolerance: 1e-14, maxIterations: 2000 }

test('finds the bottom of the valley of Rosenbrock (1960) from his own start', () => {
  const found = nelderMead(([x, y]) => 100 * (y! - x! ** 2) ** 2 + (1 - x!) ** 2, [-1.2, 1], options)
  expect(found.at[0]).toBeCloseTo(1, 5)
  expect(found.at[1]).toBeCloseTo(1, 5)
})

test('stays out of a region where the objective is infinite', () => {
  const found = nelderMead(([x]) => (x! < 1 ? Number.POSITIVE_INFINITY : x!), [3], options)
  expect(found.at[0]).toBeCloseTo(1, 5)
})

test('gives the best point so far when iterations run out', () => {
  expect(nelderMead(([x]) => x! ** 2, [4], { ...options, maxIterations: 0 })).toEqual({ at: [4], value: 16 })
})
