import { expect, test } from 'vitest'
import { CURVES, logNormalScore, performanceScore } from '../../bench/pageScore.js'

test('a score is 0.9 and 0.5 at the published control points, and falls in between and beyond', () => {
  const curve = CURVES.phone.lcp
  expect(logNormalScore(curve, curve.p10)).toBeCloseTo(0.9, 6)
  expect(logNormalScore(curve, curve.median)).toBeCloseTo(0.5, 6)
  const scores = [0, 500, 2_000, 2_500, 3_000, 4_000, 9_000].map((ms) => logNormalScore(curve, ms))
  expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  expect(scores[0]).toBe(1)
  expect(scores.at(-1)!).toBeLessThan(0.02)
})

test('the weights add up to a hundred', () => {
  expect(performanceScore({ fcp: 0, lcp: 0, tbt: 0, cls: 0 }, 'desktop')).toBe(100)
  const { fcp, lcp, tbt, cls } = CURVES.desktop
  expect(performanceScore({ fcp: fcp.p10, lcp: lcp.p10, tbt: tbt.p10, cls: cls.p10 }, 'desktop')).toBeCloseTo(90, 4)
})
