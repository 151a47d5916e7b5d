import { beforeAll, describe, expect, test } from 'vitest'
import type { AdjustedBar } from '../../src/domain/bar.js'
import { differences } from '../../src/evaluation/leakAudit.js'
import { baselines } from '../../src/model/baselines/baselines.js'
import { sampleBars } from '../model/baselines/trainingBars.js'

const TRAINING = 900
/** Sessions after which the input is cut, within training and beyond it. */
const CUTS = [0, 1, 5, 22, 500, 899, 900, 1000, 1300]

let bars: AdjustedBar[]
beforeAll(async () => {
  bars = await sampleBars()
})

describe.each(baselines)('$name', (baseline) => {
  test('a forecast does not change by one bit when the bars after it are cut off', () => {
    const fitted = baseline.fit(bars.slice(0, TRAINING))
    const whole = fitted.forecast(bars, 0)
    for (const cut of CUTS) {
      const truncated = fitted.forecast(bars.slice(0, cut + 1), 0)
      expect(truncated).toHaveLength(cut + 1)
      expect(truncated.flatMap((forecast, t) => differences(whole[t]!, forecast))).toEqual([])
    }
  })

  test('fitting again on the same bars gives the same forecasts to the bit', () => {
    const again = baseline.fit([...bars].slice(0, TRAINING)).forecast(bars, TRAINING - 1)
    const first = baseline.fit(bars.slice(0, TRAINING)).forecast(bars, TRAINING - 1)
    expect(first.flatMap((forecast, t) => differences(forecast, again[t]!))).toEqual([])
  })
})

test('a baseline that looks one bar ahead is found', () => {
  const leaking = (known: readonly AdjustedBar[]) =>
    known.map((bar, t) => ({ mean: known[t + 1]?.close ?? bar.close, quantiles: [] }))
  const whole = leaking(bars)
  const truncated = leaking(bars.slice(0, 100))
  expect(truncated.flatMap((forecast, t) => differences(whole[t]!, forecast))).toHaveLength(1)
})
