import { describe, expect, test } from 'vitest'
import type { AdjustedBar } from '../../src/domain/bar.js'
import { paperData } from '../../src/evaluation/paperData.js'
import { paperFigures } from '../../src/evaluation/paperFigures.js'

const bar = (t: number, change: Partial<AdjustedBar> = {}): AdjustedBar => ({
  session: new Date(Date.UTC(2000, 0, 1 + t)).toISOString().slice(0, 10),
  ...{ open: 10 + t, high: 12 + t, low: 9 + t, close: 11 + t, volume: 100 + t },
  ...{ previousClose: 10 + t, extras: { pe: 5 + t, pb: t }, ratio: 1, ratioSource: 'none' },
  ...change,
})
const bars = Array.from({ length: 300 }, (_, t) => bar(t))

describe("the rows of the paper's experiment", () => {
  const data = paperData('T', bars, 40)

  test('are raw, in the order of the file, and their target is the change of the same row', () => {
    expect(data.features).toBe(6)
    expect([...data.trainInputs.slice(6, 12)]).toEqual([11, 13, 10, 101, 6, 1])
    expect(data.trainTargets[1]).toBeCloseTo(12 / 11 - 1, 7)
    expect(data.trainTargets).toHaveLength(260)
  })

  test('test on the last rows, each beside the close of the row before', () => {
    expect(data.close).toEqual(Array.from({ length: 40 }, (_, i) => 271 + i))
    expect(data.previousClose).toEqual(Array.from({ length: 40 }, (_, i) => 270 + i))
    expect(data.testInputs[0]).toBe(270)
  })

  test('take the close of the row before as published on ex-dividend days, but not across a split that nothing marks', () => {
    const changed = bars.with(280, bar(280, { previousClose: 289 })).map((b) => ({ ...b }))
    expect(paperData('T', changed, 40).previousClose[20]).toBe(290)
    const split = bars.with(280, bar(280, { previousClose: null, ratio: 0.5, ratioSource: 'detected' }))
    expect(paperData('T', split, 40).previousClose[20]).toBe(145)
  })

  test('cannot be made of a missing cell, a constant close or too few rows: one clear line each', () => {
    const hole = bars.with(5, bar(5, { extras: { pe: 1 } }))
    expect(() => paperData('T', hole, 40)).toThrow(
      'T: protocol paper needs every cell, and pb is missing on 2000-01-06',
    )
    expect(() =>
      paperData(
        'T',
        bars.map((b) => ({ ...b, close: 5 })),
        40,
      ),
    ).toThrow('T: the closing price is 5 in every')
    expect(() => paperData('T', bars, 100)).toThrow('a test window of 100 leaves 200 to train on, at least 250')
  })
})

test('figures on the price are those of the definition', () => {
  const record = {
    ...{ protocol: 'paper' as const, sessions: ['a', 'b'], close: [11, 9], previousClose: [10, 10] },
    ...{ predictions: [0.1, 0.1], trainRows: 1, cost: null, sideBySide: 1 },
  }
  const { mse, rmse, mae, r2 } = paperFigures(record)
  expect(mse).toBeCloseTo(2, 12)
  expect(rmse).toBeCloseTo(Math.SQRT2, 12)
  expect(mae).toBeCloseTo(1, 12)
  expect(r2).toBeCloseTo(-1, 12)
})
