import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Distribution } from '../../../src/domain/forecast.js'
import { advance, calibrate, UNCALIBRATED } from '../../../src/model/calibration/adaptiveConformal.js'
import { distributionOf } from '../../../src/model/probability.js'
import { createRandom } from '../../../src/model/random.js'

const raw = distributionOf([-4, -3, -2, -1, 0.2, 1, 2, 3, 4])

test('before anything is settled a forecast stays as it is', () => {
  const { quantiles, mean } = calibrate(UNCALIBRATED, raw)
  quantiles.forEach((quantile, i) => {
    expect(quantile).toBeCloseTo(raw.quantiles[i]!, 12)
  })
  expect(mean).toBe(raw.mean)
})

test('a miss widens the intervals that were missed and a hit narrows them, by the shares of Gibbs and Candès', () => {
  const { logStretch, sessions, since } = advance(UNCALIBRATED, '2024-01-02', raw, 3.5)
  expect(logStretch).toEqual([0.02 * -0.05, 0.02 * 0.9, 0.02 * 0.8, 0.02 * 0.5])
  expect({ sessions, since }).toEqual({ sessions: 1, since: '2024-01-02' })
})

test('quantiles never cross, the median stays, and all is finite, whatever comes', () => {
  const sorted = fc
    .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 9, maxLength: 9 })
    .map((values) => values.sort((a, b) => a - b))
  const outcomes = fc.array(fc.tuple(sorted, fc.double({ min: -1e6, max: 1e6, noNaN: true })), { maxLength: 60 })
  fc.assert(
    fc.property(outcomes, sorted, (past, next) => {
      const state = past.reduce((before, [q, y]) => advance(before, '2024-01-02', distributionOf(q), y), UNCALIBRATED)
      const { quantiles, mean } = calibrate(state, distributionOf(next))
      expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b))
      expect(quantiles[4]).toBe(next[4])
      expect([...quantiles, mean].every(Number.isFinite)).toBe(true)
    }),
  )
})

/** Share of outcomes inside the 80 % and the 95 % interval, over the last half of `sessions` Gaussian returns. */
function coverage(sessions: number, wrongBy: (t: number) => number): { inside80: number; inside95: number } {
  const random = createRandom(7)
  const normal = [-1.96, -1.645, -1.2816, -0.6745, 0, 0.6745, 1.2816, 1.645, 1.96]
  let state = UNCALIBRATED
  const hits: [boolean, boolean][] = []
  for (let t = 0; t < sessions; t++) {
    const forecast: Distribution = distributionOf(normal.map((q) => q * wrongBy(t)))
    const y = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const q = calibrate(state, forecast).quantiles
    hits.push([q[2]! <= y && y <= q[6]!, q[0]! <= y && y <= q[8]!])
    state = advance(state, '2024-01-02', forecast, y)
  }
  const late = hits.slice(sessions / 2)
  const share = (k: 0 | 1) => late.filter((hit) => hit[k]).length / late.length
  return { inside80: share(0), inside95: share(1) }
}

test.each([
  ['half as wide as they should be', () => 0.5],
  ['twice as wide', () => 2],
  ['ever wider and narrower', (t: number) => Math.exp(0.4 * Math.sin(t / 300))],
])('forecasts %s come to cover what they promise', (_, wrongBy) => {
  const { inside80, inside95 } = coverage(4_000, wrongBy)
  expect(Math.abs(inside80 - 0.8)).toBeLessThan(0.015)
  expect(Math.abs(inside95 - 0.95)).toBeLessThan(0.012)
})

test('a price that stands still cannot blow the intervals up', () => {
  const still = distributionOf(new Array<number>(9).fill(0))
  let state = UNCALIBRATED
  for (let t = 0; t < 2_000; t++) state = advance(state, '2024-01-02', still, 1)
  expect(Math.max(...calibrate(state, raw).quantiles)).toBeLessThan(3 * 4)
})
