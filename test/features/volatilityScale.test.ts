import { expect, test } from 'vitest'
import type { AdjustedBar } from '../../src/domain/bar.js'
import { toSeries } from '../../src/features/series.js'
import { volatilityScale } from '../../src/features/volatilityScale.js'
import { bar, day } from './bars.js'

/** Up and down by the same log step in turn, so that the volatility is known; ranges twice as wide as the step. */
function steady(sessions: number, step: number, from = 100): AdjustedBar[] {
  return Array.from({ length: sessions }, (_, t) => {
    const [open, close] = t % 2 === 0 ? [from, from * Math.exp(step)] : [from * Math.exp(step), from]
    return bar(day(t), [open, from * Math.exp(1.5 * step), from * Math.exp(-0.5 * step), close])
  })
}

const scaleOf = (bars: AdjustedBar[]) => volatilityScale(toSeries(bars))

test('a steady market’s scale is the volatility of its returns, whatever its ranges', () => {
  const scale = scaleOf(steady(400, 0.01)).at(-1)!
  expect(scale / 0.01).toBeGreaterThan(0.97)
  expect(scale / 0.01).toBeLessThan(1.1) // falls raise it: the leverage term
})

test('wider ranges raise the scale at once, and the price level does not matter', () => {
  const calm = steady(200, 0.01)
  const wild = [...calm.slice(0, 199), bar(day(199), [101, 104, 97, 100])]
  expect(scaleOf(wild)[199]! / scaleOf(calm)[199]!).toBeGreaterThan(1.2)
  const dearer = scaleOf(steady(200, 0.01, 5_000))
  expect(dearer[199]).toBeCloseTo(scaleOf(calm)[199]!, 12)
})

test('a fall raises the scale more than a rise of the same range', () => {
  const calm = steady(100, 0.01)
  const close = calm.at(-1)!.close
  const [up, down] = [0.03, -0.03].map((move) => {
    const end = close * Math.exp(move)
    return scaleOf([...calm, bar(day(100), [close, Math.max(close, end), Math.min(close, end), end])])[100]!
  })
  expect(down! / up!).toBeGreaterThan(1.02)
})

test('a session without a range, and a price that never moves, leave a finite scale', () => {
  const calm = steady(100, 0.01)
  const shut = [...calm, bar(day(100), [100, 100, 100, 100])]
  expect(scaleOf(shut)[100]! / scaleOf(calm)[99]!).toBeGreaterThan(0.5)
  const dead = Array.from({ length: 50 }, (_, t) => bar(day(t), [5, 5, 5, 5]))
  expect([...scaleOf(dead)].every((scale) => Number.isFinite(scale) && scale >= 1e-4)).toBe(true)
})
