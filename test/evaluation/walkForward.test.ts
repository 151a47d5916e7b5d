import { describe, expect, test } from 'vitest'
import type { WalkForward } from '../../src/domain/evaluation.js'
import { walkForward } from '../../src/evaluation/walkForward.js'

const once: WalkForward = { testSize: 100, stepSize: 100, refit: 1, embargo: 0, window: 'expanding' }

describe('the cuts of a walk-forward evaluation', () => {
  test('one cut trains on all that lies before it', () => {
    expect(walkForward('T', 500, once)).toEqual([{ start: 0, trainEnd: 400, from: 400, to: 500 }])
  })

  test('an expanding window keeps its start, the last fold may be short, and refit leaves cuts out', () => {
    expect(walkForward('T', 500, { ...once, stepSize: 30, refit: 2 })).toEqual([
      { start: 0, trainEnd: 400, from: 400, to: 460 },
      { start: 0, trainEnd: 460, from: 460, to: 500 },
    ])
  })

  test('a rolling window trains on as many rows at every cut, and an embargo keeps away from the cut', () => {
    const folds = walkForward('T', 500, { ...once, stepSize: 50, embargo: 5, window: 'rolling' })
    expect(folds).toEqual([
      { start: 0, trainEnd: 395, from: 400, to: 450 },
      { start: 50, trainEnd: 445, from: 450, to: 500 },
    ])
  })

  test.each([30, 7, 99])(
    'with steps of %i every tested row is forecast once, after all that it was trained on',
    (stepSize) => {
      const folds = walkForward('T', 500, { ...once, stepSize, embargo: 3 })
      expect(folds.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i))).toEqual(
        Array.from({ length: 100 }, (_, i) => 400 + i),
      )
      for (const { trainEnd, from } of folds) expect(trainEnd).toBe(from - 3)
    },
  )

  test('too few rows before the cut are one clear line', () => {
    expect(() => walkForward('T', 300, once)).toThrow(
      'T: 301 sessions are too few: a test window of 100 leaves 200 to train on, at least 260 are needed',
    )
  })
})
