import { beforeAll, describe, expect, test } from 'vitest'
import type { AdjustedBar } from '../../../src/domain/bar.js'
import { UserError } from '../../../src/domain/errors.js'
import { QUANTILE_LEVELS } from '../../../src/domain/forecast.js'
import { baselines } from '../../../src/model/baselines/baselines.js'
import { alternating, barsWithReturns, sampleBars } from './trainingBars.js'

const TRAINING = 1100

let bars: AdjustedBar[]
beforeAll(async () => {
  bars = await sampleBars()
})

test('there are seven, by the names of the field', () => {
  expect(baselines.map(({ name }) => name)).toEqual(['zero', 'drift', 'hist', 'ewma', 'fhs', 'garch', 'har'])
})

describe.each(baselines)('$name', (baseline) => {
  test('gives a finite distribution, its quantiles ascending, for every bar from the first on', () => {
    const forecasts = baseline.fit(bars.slice(0, TRAINING)).forecast(bars, 0)
    expect(forecasts).toHaveLength(bars.length)
    for (const { mean, quantiles } of forecasts) {
      expect(quantiles).toHaveLength(QUANTILE_LEVELS.length)
      expect([mean, ...quantiles].every(Number.isFinite)).toBe(true)
      expect(quantiles.every((quantile, i) => i === 0 || quantile > quantiles[i - 1]!)).toBe(true)
      expect(mean).toBeGreaterThan(quantiles[3]!)
      expect(mean).toBeLessThan(quantiles[5]!)
    }
  })

  test('says the same of a bar wherever the forecasts begin', () => {
    const fitted = baseline.fit(bars.slice(0, TRAINING))
    expect(fitted.forecast(bars, 1200)).toEqual(fitted.forecast(bars, 0).slice(1200))
    expect(fitted.forecast(bars, bars.length)).toEqual([])
  })

  test('refuses a price that never changes, and too short a history, in one line', () => {
    expect(() => baseline.fit(barsWithReturns(new Array<number>(100).fill(0)))).toThrow(UserError)
    expect(() => baseline.fit(barsWithReturns(new Array<number>(100).fill(0)))).toThrow(
      'the close never changes in all 101 training sessions: there is nothing to forecast',
    )
    expect(() => baseline.fit(barsWithReturns(alternating(59)))).toThrow(
      '60 training sessions are too few for the baselines: at least 61 are needed',
    )
  })

  test('stays finite through a long suspension and bars without a range', () => {
    const returns = [...alternating(100), ...new Array<number>(400).fill(0), 9, ...alternating(20)]
    const still = barsWithReturns(returns).map((bar, t) =>
      t > 100 && t <= 500 ? { ...bar, high: bar.close, low: bar.close, open: bar.close } : bar,
    )
    for (const trainingBars of [still.slice(0, 90), still]) {
      for (const { mean, quantiles } of baseline.fit(trainingBars).forecast(still, 0)) {
        expect([mean, ...quantiles].every(Number.isFinite)).toBe(true)
        expect(quantiles.every((quantile, i) => i === 0 || quantile >= quantiles[i - 1]!)).toBe(true)
      }
    }
  })

  test('works on bars whose ranges are all empty', () => {
    const flat = barsWithReturns(alternating(100)).map((bar) => ({
      ...bar,
      open: bar.close,
      high: bar.close,
      low: bar.close,
    }))
    expect(
      baseline
        .fit(flat)
        .forecast(flat, 0)
        .every(({ quantiles }) => quantiles.every(Number.isFinite)),
    ).toBe(true)
  })
})

test.each(baselines.slice(3))(
  '$name, which follows volatility, covers about 80 and 95 % of the sessions after its training',
  (baseline) => {
    const forecasts = baseline.fit(bars.slice(0, TRAINING)).forecast(bars.slice(0, -1), TRAINING - 1)
    const returns = bars
      .slice(TRAINING)
      .map((bar, i) => 100 * (bar.close / (bars[TRAINING - 1 + i]!.close * bar.ratio) - 1))
    const share = (low: number, high: number): number =>
      returns.filter((value, i) => forecasts[i]!.quantiles[low]! <= value && value <= forecasts[i]!.quantiles[high]!)
        .length / returns.length
    expect(Math.abs(share(2, 6) - 0.8)).toBeLessThan(0.1)
    expect(Math.abs(share(0, 8) - 0.95)).toBeLessThan(0.05)
  },
)
