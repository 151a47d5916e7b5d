import { expect, test } from 'vitest'
import type { Bar } from '../../src/domain/bar.js'
import { mergeBars } from '../../src/ingest/mergeBars.js'

const bar = (session: string, more: Partial<Bar> = {}): Bar => ({
  session,
  ...{ open: 10, high: 11, low: 9, close: 10.5, volume: 100, previousClose: 10 },
  extras: { pe: 5, pb: 1 },
  ...more,
})

test('new sessions are inserted, known ones left alone, and a second merge changes nothing', () => {
  const stored = [bar('2024-01-02')]
  const fetched = [bar('2024-01-02'), bar('2024-01-03')]
  expect(mergeBars(stored, fetched)).toEqual({ inserted: [bar('2024-01-03')], corrected: [], unchanged: 1 })
  expect(mergeBars(fetched, fetched)).toEqual({ inserted: [], corrected: [], unchanged: 2 })
})

test.each<[string, Partial<Bar>]>([
  ['open', { open: 10.000000000000002 }],
  ['high', { high: 12 }],
  ['low', { low: 8 }],
  ['close', { close: 10.4 }],
  ['volume', { volume: 101 }],
  ['previous close', { previousClose: null }],
  ['an extra', { extras: { pe: 6, pb: 1 } }],
  ['one extra more', { extras: { pe: 5, pb: 1, ps: 2 } }],
  ['one extra less', { extras: { pe: 5 } }],
  ['an extra by another name', { extras: { pe: 5, pc: 1 } }],
])('a change of %s is a correction that keeps both values', (_, change) => {
  const [earlier, later] = [bar('2024-01-02'), bar('2024-01-02', change)]
  expect(mergeBars([earlier], [later])).toEqual({ inserted: [], corrected: [{ earlier, later }], unchanged: 0 })
})

test('the order of extras is no correction', () => {
  expect(mergeBars([bar('2024-01-02')], [bar('2024-01-02', { extras: { pb: 1, pe: 5 } })]).unchanged).toBe(1)
})

test('stored sessions that are not fetched stay', () => {
  expect(mergeBars([bar('2024-01-02')], [])).toEqual({ inserted: [], corrected: [], unchanged: 0 })
})
