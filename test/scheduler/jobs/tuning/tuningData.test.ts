import { expect, test } from 'vitest'
import type { AdjustedBar } from '../../../../src/domain/bar.js'
import { adjustBars } from '../../../../src/ingest/adjust.js'
import { dataHashes } from '../../../../src/ingest/dataHash.js'
import { createSampleProvider } from '../../../../src/ingest/sampleProvider.js'
import { cutHolds, HELD_OUT, tuningData } from '../../../../src/scheduler/jobs/tuning/tuningData.js'

const inputsOf = (bars: readonly AdjustedBar[]) => ({ ticker: 'T', bars, exogenous: [], hashes: dataHashes(bars) })
const provider = createSampleProvider()
const [symbol] = await provider.list()
const fetched = await provider.fetchBars({ symbol: symbol!, now: new Date('2022-06-01T00:00:00Z') })
const bars = adjustBars(fetched.bars.slice(0, 900))
const changedAfter = (session: string) =>
  bars.map((bar) => (bar.session > session ? { ...bar, close: bar.close * 1.01, high: bar.high * 1.02 } : bar))

test('the last 300 sessions are not even there, and changing them changes nothing', () => {
  const { cut, data } = tuningData(inputsOf(bars))
  expect(data.bars).toHaveLength(bars.length - HELD_OUT)
  expect(cut.session).toBe(bars[bars.length - HELD_OUT - 1]!.session)
  const other = tuningData(inputsOf(changedAfter(cut.session)))
  expect(other.cut).toEqual(cut)
  expect(other.data).toEqual(data)
})

test('validation follows on training and ends with the last outcome that is seen', () => {
  const { cut, data } = tuningData(inputsOf(bars))
  const { targetPct } = data.table
  expect(cut.trainRows + cut.validationSessions).toBe(data.bars.length - 1)
  expect(targetPct.subarray(cut.trainRows, -1).every(Number.isFinite)).toBe(true)
  expect(targetPct.at(-1)).toBeNaN()
})

test('a search goes on with the cut it began with when sessions have come since', () => {
  const earlier = tuningData(inputsOf(bars.slice(0, 880)))
  expect(tuningData(inputsOf(bars), earlier.cut)).toEqual(earlier)
})

test('a bar before the cut that was corrected is noticed, one after it is not', () => {
  const { cut } = tuningData(inputsOf(bars))
  expect(cutHolds(inputsOf(changedAfter(cut.session)), cut)).toBe(true)
  expect(cutHolds(inputsOf(changedAfter(bars[100]!.session)), cut)).toBe(false)
  expect(cutHolds(inputsOf(bars.slice(0, 300)), cut)).toBe(false)
})

test('too short a history is refused with the length it needs', () => {
  expect(() => tuningData(inputsOf(bars.slice(0, 660)))).toThrow(
    'T: a search needs at least 661 sessions, and there are 660',
  )
  expect(tuningData(inputsOf(bars.slice(0, 661))).cut.validationSessions).toBe(100)
})
