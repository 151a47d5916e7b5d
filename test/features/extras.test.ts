import { expect, test } from 'vitest'
import { extraFeatures, extraNames } from '../../src/features/extras.js'
import { bar, day, valuesOf } from './bars.js'

test('an extra gives its log change and z-score, unknown where a cell is missing', () => {
  const bars = Array.from({ length: 80 }, (_, t) => {
    const extras: Record<string, number> = t === 5 ? {} : { pe: 10 + (t % 4), total_share: 3 }
    return bar(day(t), [100, 101, 99, 100], { extras })
  })
  expect(extraNames(bars)).toEqual(['pe', 'total_share'])
  const columns = extraFeatures(bars, ['pe', 'total_share'])
  const change = valuesOf(columns, 'pe_change')
  expect(change[1]).toBeCloseTo(Math.log(11 / 10), 12)
  expect([change[5], change[6]]).toEqual([Number.NaN, Number.NaN])
  const z = valuesOf(columns, 'pe_z_score')
  expect(z[70]).toBeNaN() // its window still holds the missing cell
  const last = bars.slice(14).map((row) => row.extras.pe!)
  const mean = last.reduce((a, b) => a + b, 0) / 66
  const sd = Math.sqrt(last.reduce((a, b) => a + (b - mean) ** 2, 0) / 66)
  expect(z[79]).toBeCloseTo((last.at(-1)! - mean) / sd, 10)
  expect(valuesOf(columns, 'total_share_z_score')[79]).toBe(0)
})
