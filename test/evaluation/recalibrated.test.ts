import { expect, test } from 'vitest'
import type { NextDayRecord } from '../../src/domain/evaluation.js'
import { figures } from '../../src/evaluation/figures.js'
import { settledOf } from '../../src/evaluation/nextDayFigures.js'
import { recalibrated } from '../../src/evaluation/recalibrated.js'
import { nextDayMarket } from './evaluatedMarket.js'

const record = nextDayMarket[0]!.models.find(({ model, seed }) => model === 'mamba' && seed === 2)!
  .record as NextDayRecord

test('a forecaster that is too wide comes closer to the coverage it promises, and loses less', () => {
  const [before, after] = [figures(settledOf(record)), figures(settledOf(recalibrated(record)))]
  expect(before.coverage_80).toBeGreaterThan(0.85)
  expect(Math.abs(after.coverage_80 - 0.8)).toBeLessThan(Math.abs(before.coverage_80 - 0.8))
  expect(after.pinball).toBeLessThan(before.pinball)
})

test('what comes later changes no earlier forecast by a bit', () => {
  const later = { ...record, returnPct: record.returnPct.map((value, t) => (t >= 120 ? 10 * value + 1 : value)) }
  const [one, other] = [recalibrated(record), recalibrated(later)]
  expect(other.quantiles.slice(0, 121)).toEqual(one.quantiles.slice(0, 121))
  expect(other.mean.slice(0, 121)).toEqual(one.mean.slice(0, 121))
  expect(other.quantiles[125]).not.toEqual(one.quantiles[125])
})
