import { expect, test } from 'vitest'
import {
  crpsLoss,
  inside80,
  inside95,
  pinballLoss,
  pinballSkill,
  pit,
  pitHistogram,
  winkler95Loss,
} from '../../src/evaluation/distributionMetrics.js'
import { normalShape } from '../../src/model/baselines/shape.js'
import { drawReturns, normalForecasts } from './settledForecasts.js'

const quantiles = [-3.1, -2.2, -1.5, -0.6, 0.1, 0.7, 1.4, 2, 2.9]

test('pinball is the mean over the levels without a factor 2', () => {
  // All quantiles at 0: the mean of tau for a return of 1, of 1 - tau for -1; the levels are symmetric about 1/2.
  const point = new Array<number>(9).fill(0)
  expect(pinballLoss(point, 1)).toBeCloseTo(0.5, 14)
  expect(pinballLoss(point, -1)).toBeCloseTo(0.5, 14)
  const byHand = [
    0.025 * 3.1,
    0.05 * 2.2,
    0.1 * 1.5,
    0.25 * 0.6,
    0.5 * 0.1,
    0.25 * 0.7,
    0.1 * 1.4,
    0.05 * 2,
    0.025 * 2.9,
  ]
  expect(pinballLoss(quantiles, 0)).toBeCloseTo(byHand.reduce((sum, loss) => sum + loss, 0) / 9, 14)
})

// scipy 1.17.1: twice the integral over tau of (tau - 1{y < Q(tau)})(y - Q(tau)) by `integrate.quad`, split at every knot.
test.each([
  [-6, 5.282138577528442],
  [-3.1, 2.4401031826271664],
  [-2.5, 1.8801031826271668],
  [-0.2, 0.28474603977002383],
  [0.1, 0.2526031826271667],
  [2.4, 1.732047627071611],
  [5, 4.248063918681031],
])('CRPS of a return of %f agrees with numerical integration', (returnPct, expected) => {
  expect(crpsLoss(quantiles, returnPct)).toBeCloseTo(expected, 9)
})

test('CRPS of normal quantiles is near that of the normal itself', () => {
  // Gneiting & Raftery 2007, equation 21, at the mean: 2 phi(0) - 1 / sqrt(pi).
  const exact = 2 / Math.sqrt(2 * Math.PI) - 1 / Math.sqrt(Math.PI)
  expect(Math.abs(crpsLoss(normalShape.quantiles, 0) / exact - 1)).toBeLessThan(0.04)
})

test('CRPS of a certain forecast is its absolute error', () => {
  const point = new Array<number>(9).fill(1)
  expect(crpsLoss(point, 3)).toBeCloseTo(2, 12)
  expect(crpsLoss(point, -3)).toBeCloseTo(4, 12)
  expect(crpsLoss(point, 1)).toBe(0)
})

test('intervals hold their own ends', () => {
  expect([-1.5, 1.4, 0].map((y) => inside80(quantiles, y))).toEqual([true, true, true])
  expect([-1.51, 1.41].map((y) => inside80(quantiles, y))).toEqual([false, false])
  expect([-3.1, 2.9].map((y) => inside95(quantiles, y))).toEqual([true, true])
  expect([-3.11, 2.91].map((y) => inside95(quantiles, y))).toEqual([false, false])
})

test('Winkler adds 40 times the miss to the width', () => {
  expect(winkler95Loss(quantiles, 0)).toBeCloseTo(6, 12)
  expect(winkler95Loss(quantiles, 3)).toBeCloseTo(6 + 40 * 0.1, 12)
  expect(winkler95Loss(quantiles, -4.1)).toBeCloseTo(6 + 40, 12)
})

test('PIT is the level at each quantile', () => {
  expect(pit(quantiles, 0.1)).toBeCloseTo(0.5, 12)
  expect(pit(quantiles, -1.5)).toBeCloseTo(0.1, 12)
})

test('the PIT histogram of a calibrated forecast is flat, of a too narrow one heavy at its ends', () => {
  const returns = drawReturns(5000, () => 1, 3)
  const calibrated = pitHistogram(
    normalForecasts(returns, () => 1),
    10,
  )
  expect(calibrated.reduce((sum, count) => sum + count, 0)).toBe(5000)
  expect(Math.max(...calibrated.map((count) => Math.abs(count - 500)))).toBeLessThan(100)
  const narrow = pitHistogram(
    normalForecasts(returns, () => 0.5),
    10,
  )
  expect(Math.min(narrow[0]!, narrow[9]!)).toBeGreaterThan(1000)
})

test('pinball skill is the share of the loss that is saved', () => {
  expect(pinballSkill(0.9, 1)).toBeCloseTo(0.1, 14)
  expect(pinballSkill(1.1, 1)).toBeCloseTo(-0.1, 14)
  expect(pinballSkill(0, 0)).toBe(0)
})
