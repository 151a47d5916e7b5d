import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Bar } from '../../src/domain/bar.js'
import { adjustBars } from '../../src/ingest/adjust.js'
import { createCsvProvider } from '../../src/ingest/csvProvider.js'
import { type SimulatedEvent, type SimulatedHistory, simulateHistory } from './simulatedEvents.js'

const shared = '../shared/data'
const now = new Date('2026-01-05T12:00:00Z')
const noShared = !existsSync(shared)

const detectedIn = (bars: readonly Bar[]): (readonly [string, number])[] =>
  adjustBars(bars)
    .filter((bar) => bar.ratioSource === 'detected')
    .map((bar) => [bar.session, bar.ratio] as const)

const realBars = async (symbol: string) =>
  (await createCsvProvider({ location: shared }).fetchBars({ symbol, now })).bars

const bar = (session: string, close: number, previousClose: number | null = null): Bar => ({
  session,
  open: close,
  high: close * 1.01,
  low: close * 0.99,
  close,
  volume: 1000,
  previousClose,
  extras: {},
})

test('a quoted previous close gives the ratio, and equals one on an ordinary day', () => {
  const [first, plain, exDividend] = adjustBars([
    bar('2024-01-02', 10, 9.9),
    bar('2024-01-03', 10.2, 10),
    bar('2024-01-04', 10, 9.945),
  ])
  expect(first).toMatchObject({ ratio: 1, ratioSource: 'none' })
  expect(plain).toMatchObject({ ratio: 1, ratioSource: 'none' })
  expect(exDividend).toMatchObject({ ratio: 9.945 / 10.2, ratioSource: 'quoted' })
})

test('nothing is called a split before five sessions are known', () => {
  expect(detectedIn([bar('2024-01-02', 10), bar('2024-01-03', 5)])).toEqual([])
})

test('a bar locked at a price limit is no split', () => {
  const before = Array.from({ length: 30 }, (_, i) => bar(`2024-01-${String(i + 1).padStart(2, '0')}`, 10))
  const locked = { ...bar('2024-02-01', 8), high: 8, low: 8, volume: 100 }
  expect(detectedIn([...before, locked])).toEqual([])
})

test.skipIf(noShared)('every split of the real series is found, and nothing else', async () => {
  expect(detectedIn(await realBars('AAPL'))).toEqual([
    ['2000-06-21', 1 / 2],
    ['2005-02-28', 1 / 2],
    ['2014-06-09', 1 / 7],
    ['2020-08-31', 1 / 4],
  ])
  expect(detectedIn(await realBars('BAC'))).toEqual([['2004-08-30', 1 / 2]])
  expect(detectedIn(await realBars('SPY'))).toEqual([])
})

test.skipIf(noShared)('the crash of AAPL on 2000-09-29, more than half in a day, stays a loss', async () => {
  const bars = adjustBars(await realBars('AAPL'))
  const t = bars.findIndex((row) => row.session === '2000-09-29')
  const returnPct = (bars[t]!.close / (bars[t - 1]!.close * bars[t]!.ratio) - 1) * 100
  expect(returnPct).toBeCloseTo(-51.65, 1)
})

test.skipIf(noShared).each(['600036.SH', '601288.SH', '601328.SH', '601988.SH'])(
  '%s: quoted returns equal the provider’s own, and no split is imagined without the quotes',
  async (symbol) => {
    const bars = await realBars(symbol)
    const adjusted = adjustBars(bars)
    for (const [t, row] of adjusted.entries()) {
      if (t === 0) continue
      const ours = row.close / (adjusted[t - 1]!.close * row.ratio) - 1
      expect(Math.abs(ours - (row.close / row.previousClose! - 1))).toBeLessThan(1e-12)
    }
    expect(detectedIn(bars.map((row) => ({ ...row, previousClose: null })))).toEqual([])
  },
)

const SPLIT_FACTORS = [1.5, 2, 3, 4, 5, 7, 10, 20, 1 / 2, 1 / 5, 1 / 10]
/** Aimed at the ratios of splits, where a jump is hardest to tell from one. */
const AIMED_JUMPS = [0.25, 0.5, 0.667, 0.75, 1.33, 1.5, 2, 3]
const SERIES = 500

/** Shares of the histories in which the event was taken for the right split, and in which anything else was. */
function detectionRates(
  histories: readonly SimulatedHistory[],
  kind: SimulatedEvent['kind'] | 'none',
  factorOf: (series: number) => number,
) {
  let right = 0
  let wrong = 0
  histories.forEach((history, series) => {
    const factor = factorOf(series)
    const bars = kind === 'none' ? history.bars : history.withEvent({ kind, factor })
    for (const [session, ratio] of detectedIn(bars)) {
      const isRight = kind === 'split' && session === history.at && Math.abs(ratio * factor - 1) < 1e-9
      if (isRight) right += 1
      else wrong += 1
    }
  })
  return { rightPct: (100 * right) / histories.length, wrongPct: (100 * wrong) / histories.length }
}

/** Falls of 22 to 80 % and leaps of 28 to 400 %, spread evenly in logs. */
function anyJump(series: number): number {
  const size = 0.25 + 1.36 * ((series * Math.SQRT2) % 1)
  return Math.exp(series % 2 === 0 ? -size : size)
}

test('simulated splits are found, and jumps are seldom taken for splits', () => {
  const histories = Array.from({ length: SERIES }, (_, i) => simulateHistory(i + 1))
  const fixed = (kind: SimulatedEvent['kind'], factors: readonly number[]) =>
    factors.map((factor) => ({
      event: `${kind} ${factor.toFixed(2)}`,
      ...detectionRates(histories, kind, () => factor),
    }))
  const quiet = { event: 'none', ...detectionRates(histories, 'none', () => 1) }
  const splits = fixed('split', SPLIT_FACTORS)
  const aimed = fixed('jump', AIMED_JUMPS)
  const jumps = { event: 'any jump', ...detectionRates(histories, 'jump', anyJump) }
  console.table([quiet, ...splits, ...aimed, jumps])
  expect([quiet, ...splits].map((row) => row.wrongPct).every((wrongPct) => wrongPct === 0)).toBe(true)
  expect(splits.find((row) => row.event === 'split 2.00')!.rightPct).toBeGreaterThan(95)
  expect(Math.min(...splits.map((row) => row.rightPct))).toBeGreaterThan(80)
  expect(jumps.wrongPct).toBeLessThan(3)
  expect(Math.max(...aimed.map((row) => row.wrongPct))).toBeLessThan(20)
})
