import { expect, test } from 'vitest'
import type { SettledForecast } from '../../src/domain/forecast.js'
import { driftOf } from '../../src/evaluation/drift.js'
import { distributionOf } from '../../src/model/probability.js'
import { createRandom } from '../../src/model/random.js'

const SCALES = [-1.96, -1.645, -1.2816, -0.6745, 0, 0.6745, 1.2816, 1.645, 1.96]
const day = (t: number) => new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10)

/** Forecasts of a standard normal return, whose true deviation is given. */
function settled(n: number, deviation: (t: number) => number, seed = 11): SettledForecast[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, (_, t) => ({
    asOf: day(t),
    ...distributionOf(SCALES),
    returnPct: deviation(t) * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  }))
}

test('forecasts that are right give no alarm in four years, and lose what they expect', () => {
  for (const seed of [1, 2, 3]) {
    const drift = driftOf(settled(1_000, () => 1, seed))!
    expect(drift).toMatchObject({ n: 1_000, asOf: day(999), alarmAsOf: null })
    expect(drift.statistic).toBeLessThan(drift.threshold)
  }
})

test('returns far wilder than forecast give an alarm within a quarter of a year, and not before they began', () => {
  for (const seed of [1, 2, 3]) {
    const { alarmAsOf } = driftOf(settled(365, (t) => (t < 300 ? 1 : 1.8), seed))!
    expect(alarmAsOf! >= day(300)).toBe(true)
  }
})

test('after an alarm the test begins anew', () => {
  const wildOnce = settled(900, (t) => (t >= 300 && t < 340 ? 2.5 : 1))
  const drift = driftOf(wildOnce)!
  expect(drift.alarmAsOf! < day(360)).toBe(true)
  expect(drift.statistic).toBeLessThan(drift.threshold)
})

test('one wild session is no drift', () => {
  const crash = settled(300, () => 1).map((f, t) => (t === 150 ? { ...f, returnPct: -30 } : f))
  expect(driftOf(crash)!.alarmAsOf).toBeNull()
})

test('calm returns are no drift, and nothing settled says nothing', () => {
  expect(driftOf(settled(500, () => 0.5))!.alarmAsOf).toBeNull()
  expect(driftOf([])).toBeNull()
})
