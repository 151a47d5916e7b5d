import { expect, test } from 'vitest'
import { hyperband, survivors } from '../../../src/model/tuning/hyperband.js'

test('the brackets of 810 epochs, in tens, are those of the table in Li et al. for R = 81', () => {
  expect(hyperband(810).map(({ rungs }) => rungs.map(({ settings, epochs }) => [settings, epochs / 10]))).toEqual([
    [
      [81, 1],
      [27, 3],
      [9, 9],
      [3, 27],
      [1, 81],
    ],
    [
      [34, 3],
      [11, 9],
      [3, 27],
      [1, 81],
    ],
    [
      [15, 9],
      [5, 27],
      [1, 81],
    ],
    [
      [8, 27],
      [2, 81],
    ],
    [[5, 81]],
  ])
})

test.each([1, 9, 10, 29, 30, 270, 1000])('%i epochs: every bracket ends with all of them', (epochs) => {
  const brackets = hyperband(epochs)
  expect(brackets.length).toBeGreaterThan(0)
  for (const { rungs } of brackets) {
    expect(rungs.at(-1)!.epochs).toBe(epochs)
    expect(Math.min(...rungs.map((rung) => Math.min(rung.settings, rung.epochs)))).toBeGreaterThanOrEqual(1)
  }
})

test('the best go on, the earlier first among equals, and what failed never does', () => {
  const settings = [3, null, 1, 2, 1].map((loss, i) => ({ i, loss }))
  expect(survivors(settings, 3).map(({ i }) => i)).toEqual([2, 4, 3])
  expect(survivors(settings, 9).map(({ i }) => i)).toEqual([2, 4, 3, 0])
})
