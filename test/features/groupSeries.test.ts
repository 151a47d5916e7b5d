import { expect, test } from 'vitest'
import { groupSeries } from '../../src/features/groupSeries.js'
import { bar, day } from './bars.js'

const member = (length: number, from: number, growth: (t: number) => number) => {
  let close = 100
  return Array.from({ length }, (_, t) => {
    const open = close
    close *= growth(t)
    return bar(day(from + t), [open, Math.max(open, close) * 1.01, Math.min(open, close) * 0.99, close])
  })
}

test('each day is the mean over those that traded; nothing of it comes from later days', () => {
  const a = member(120, 0, (t) => (t % 2 ? 1.02 : 0.985))
  const b = member(100, 10, () => 1.01)
  for (const field of ['return', 'range'] as const) {
    const [alone, other, both] = [groupSeries([a], field), groupSeries([b], field), groupSeries([a, b], field)]
    expect(alone.map(({ date }) => date)).toEqual(a.slice(66).map(({ session }) => session))
    const at = (series: typeof both, date: string) => series.find((point) => point.date === date)!.value
    expect(at(both, day(70))).toBe(at(alone, day(70))) // the other one is still warming up
    expect(at(both, day(100))).toBeCloseTo((at(alone, day(100)) + at(other, day(100))) / 2, 12)
    const cut = groupSeries([a.slice(0, 105), b.slice(0, 95)], field)
    expect(both.slice(0, cut.length)).toEqual(cut)
  }
})

test('a fall counts in units of the volatility that was forecast, within bounds', () => {
  const crash = member(80, 0, (t) => (t === 79 ? 0.3 : 1 + (t % 2 ? 0.01 : -0.01)))
  expect(groupSeries([crash], 'return').at(-1)!.value).toBe(-6)
})
