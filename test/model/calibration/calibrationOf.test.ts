import { expect, test } from 'vitest'
import type { SettledForecast } from '../../../src/domain/forecast.js'
import { advance, UNCALIBRATED } from '../../../src/model/calibration/adaptiveConformal.js'
import { calibrateInTurn, calibrationOf, MOST_SETTLED } from '../../../src/model/calibration/calibrationOf.js'
import { distributionOf } from '../../../src/model/probability.js'

const day = (i: number) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10)
const settled: SettledForecast[] = Array.from({ length: MOST_SETTLED + 40 }, (_, i) => ({
  asOf: day(i),
  ...distributionOf([-4, -3, -2, -1, 0, 1, 2, 3, 4].map((q) => q * (1 + (i % 5)))),
  returnPct: ((i * 7919) % 23) - 11,
}))

test('the state is that of one outcome after the other', () => {
  const three = settled.slice(0, 3)
  const byHand = three.reduce((state, f) => advance(state, f.asOf, f, f.returnPct), UNCALIBRATED)
  expect(calibrationOf(three)).toEqual(byHand)
})

test('what lies further back than the bound changes nothing', () => {
  const state = calibrationOf(settled)
  expect(state).toEqual(calibrationOf(settled.slice(40)))
  expect(state).toMatchObject({ sessions: MOST_SETTLED, since: day(40) })
})

test('each forecast in turn is calibrated with the outcomes before it, to the bit, and with no later one', () => {
  const asOf = settled.map((f) => f.asOf)
  const returns = settled.map((f) => f.returnPct)
  const all = calibrateInTurn(asOf, settled, returns)
  for (const t of [0, 1, 17, 250]) expect(all[t]!.calibration).toEqual(calibrationOf(settled.slice(0, t)))
  const otherFuture = calibrateInTurn(
    asOf,
    settled,
    returns.map((value, t) => (t >= 100 ? 99 + value : value)),
  )
  expect(otherFuture.slice(0, 101)).toEqual(all.slice(0, 101))
  expect(otherFuture[101]).not.toEqual(all[101])
})
