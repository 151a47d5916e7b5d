import { expect, test } from 'vitest'
import type { AdjustedBar } from '../../src/domain/bar.js'
import { dataHash, dataHashes } from '../../src/ingest/dataHash.js'

const bar = (t: number, more: Partial<AdjustedBar> = {}): AdjustedBar => ({
  session: new Date(Date.UTC(2000, 0, 1 + t)).toISOString().slice(0, 10),
  ...{ open: 10 + t, high: 11 + t, low: 9 + t, close: 10.5 + t, volume: 100, previousClose: 10 },
  ...{ ratio: 1, ratioSource: 'none' as const, extras: { pe: 5, pb: 1 } },
  ...more,
})

test('the encoding does not change unnoticed', () => {
  expect(dataHash([bar(0)])).toBe('4642bc07f52d6bbace3fdf1c1a5826ae52c0b9c5860fd6b5d690de6fbbafedbf')
})

test('no bars have a hash of their own', () => {
  expect(dataHashes([])).toEqual([])
  expect(dataHash([])).toMatch(/^[0-9a-f]{64}$/)
})

test.each<[string, Partial<AdjustedBar>]>([
  ['session', { session: '2000-01-03' }],
  ['the last bit of a price', { close: 10.500000000000002 }],
  ['volume', { volume: 101 }],
  ['previous close', { previousClose: null }],
  ['ratio', { ratio: 0.5 }],
  ['an extra', { extras: { pe: 5, pb: 2 } }],
  ['the name of an extra', { extras: { pe: 5, pc: 1 } }],
  ['a missing extra', { extras: { pe: 5 } }],
])('%s matters', (_, change) => {
  expect(dataHash([bar(0, change), bar(1)])).not.toBe(dataHash([bar(0), bar(1)]))
})

test('the order of extras, the sign of zero and where a ratio came from do not matter', () => {
  const same = bar(0, { extras: { pb: 1, pe: 5 }, ratioSource: 'quoted' })
  expect(dataHash([same])).toBe(dataHash([bar(0)]))
  expect(dataHash([bar(0, { extras: { pe: -0 } })])).toBe(dataHash([bar(0, { extras: { pe: 0 } })]))
})

test('the order of bars matters', () => {
  expect(dataHash([bar(0), bar(1)])).not.toBe(dataHash([bar(1), bar(0)]))
})

test('all prefixes of 6,000 bars take less than half a second', () => {
  const bars = Array.from({ length: 6000 }, (_, t) => bar(t))
  const start = process.cpuUsage()
  expect(new Set(dataHashes(bars)).size).toBe(6000)
  const ms = process.cpuUsage(start).user / 1000
  console.log(`dataHashes, 6000 rows: ${ms} ms of processor time`)
  expect(ms).toBeLessThan(500)
})
