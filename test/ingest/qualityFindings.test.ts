import { expect, test } from 'vitest'
import type { AdjustedBar } from '../../src/domain/bar.js'
import { adjustBars } from '../../src/ingest/adjust.js'
import { createCsvProvider } from '../../src/ingest/csvProvider.js'
import { qualityFindings } from '../../src/ingest/qualityFindings.js'
import { hasSharedData, sharedData } from '../support/sharedData.js'

const bar = (session: string, close: number, more: Partial<AdjustedBar> = {}): AdjustedBar => ({
  ...{ session, open: close, high: close, low: close, close, volume: 1000, previousClose: null, extras: {} },
  ...{ ratio: 1, ratioSource: 'none' as const },
  ...more,
})

test('an ordinary series has nothing to report', () => {
  expect(qualityFindings([bar('2024-01-02', 10), bar('2024-01-03', 10.5), bar('2024-01-04', 9.8)])).toEqual([])
})

test.each([
  ['a move beyond half a log unit', bar('2024-01-03', 17), 'price_jump', Math.log(1.7)],
  ['volume beyond three log units', bar('2024-01-03', 10.1, { volume: 50 * 1000 }), 'volume_jump', Math.log(50)],
  ['a session without volume', bar('2024-01-03', 10.1, { volume: 0 }), 'zero_volume', 0],
  ['a gap beyond any holiday', bar('2024-01-20', 10.1), 'gap', 18],
  ['an unmarked split', bar('2024-01-03', 5, { ratio: 0.5, ratioSource: 'detected' }), 'unmarked_split', 0.5],
])('%s is found', (_, second, kind, value) => {
  expect(qualityFindings([bar('2024-01-02', 10), second])).toEqual([{ session: second.session, kind, value }])
})

test('a split is no jump, neither of price nor of volume', () => {
  const after = bar('2024-01-03', 0.1, { ratio: 0.01, ratioSource: 'quoted', volume: 100_000 })
  expect(qualityFindings([bar('2024-01-02', 10), after])).toEqual([])
})

test('a close that does not move is found once, in its fifth session, wherever the increment begins', () => {
  const flat = Array.from({ length: 8 }, (_, i) => bar(`2024-01-0${i + 2}`, 10))
  const found = [{ session: '2024-01-06', kind: 'stale_price', value: 5 }]
  expect(qualityFindings(flat)).toEqual(found)
  expect(qualityFindings(flat.slice(3), flat.slice(0, 3))).toEqual(found)
  expect(qualityFindings(flat.slice(5), flat.slice(0, 5))).toEqual([])
})

test.skipIf(!hasSharedData)('of AAPL it names the crash and the four splits, and no split as a jump', async () => {
  const { bars } = await createCsvProvider({ location: sharedData }).fetchBars({
    symbol: 'AAPL',
    now: new Date('2026-01-05'),
  })
  const found = qualityFindings(adjustBars(bars))
  const of = (kind: string) => found.filter((finding) => finding.kind === kind).map(({ session }) => session)
  expect(of('unmarked_split')).toEqual(['2000-06-21', '2005-02-28', '2014-06-09', '2020-08-31'])
  expect(of('price_jump')).toEqual(['2000-09-29'])
})
