import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AdjustedBar } from '../../src/domain/bar.js'
import { computeFeatures, featuresAsOf } from '../../src/features/computeFeatures.js'
import { adjustBars } from '../../src/ingest/adjust.js'
import { createSampleProvider } from '../../src/ingest/sampleProvider.js'
import { randomBars } from './randomBars.js'

const sampleBars = async (now = '2026-01-05T12:00:00Z'): Promise<AdjustedBar[]> =>
  adjustBars((await createSampleProvider().fetchBars({ symbol: 'SAMPLE-CORAL', now: new Date(now) })).bars)

const column = (table: ReturnType<typeof computeFeatures>, name: string): number[] => {
  const f = table.names.indexOf(name)
  expect(f).toBeGreaterThanOrEqual(0)
  return table.sessions.map((_, t) => table.values[t * table.names.length + f]!)
}

test('the table has one row a session, distinct names, and the next session’s return as target', async () => {
  const bars = await sampleBars()
  const table = computeFeatures(bars)
  expect(table.sessions).toEqual(bars.map((bar) => bar.session))
  expect(table.values.length).toBe(bars.length * table.names.length)
  expect(new Set(table.names).size).toBe(table.names.length)
  expect(table.returnPct[0]).toBeNaN()
  expect(table.targetPct.at(-1)).toBeNaN()
  expect(table.targetPct.slice(0, -1)).toEqual(table.returnPct.slice(1))
})

test('a split moves no return, no drawdown and no relative volume', async () => {
  const table = computeFeatures(await sampleBars())
  const t = table.sessions.indexOf('2022-06-06')
  expect(Math.abs(table.returnPct[t]!)).toBeLessThan(15)
  for (const name of ['log_return_1', 'overnight_return', 'log_return_22', 'drawdown_22'])
    expect(Math.abs(column(table, name)[t]!), name).toBeLessThan(30)
  expect(Math.abs(column(table, 'relative_volume')[t]!)).toBeLessThan(1.5)
})

test('after 66 sessions every feature of an ordinary series is known and finite', async () => {
  const table = computeFeatures(await sampleBars())
  expect(table.values.slice(66 * table.names.length).every(Number.isFinite)).toBe(true)
})

test('a constant price gives no infinite value and a positive scale', () => {
  const bar = { open: 5, high: 5, low: 5, close: 5, volume: 0, previousClose: null, extras: { pe: 7 } }
  const bars = Array.from({ length: 120 }, (_, i): AdjustedBar => {
    const session = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10)
    return { ...bar, session, ratio: 1, ratioSource: 'none' }
  })
  const table = computeFeatures(bars)
  expect(table.values.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toBe(false)
  expect(Math.min(...table.scalePct)).toBeCloseTo(0.01, 10)
})

test('whatever the bars, no value is infinite and every scale is positive', () => {
  fc.assert(
    fc.property(randomBars(0, 150), (bars) => {
      const table = computeFeatures(bars)
      expect(table.values.every((value) => Number.isNaN(value) || Number.isFinite(value))).toBe(true)
      expect(table.scalePct.every((scale) => scale >= 0.01 - 1e-12)).toBe(true)
    }),
    { seed: 1, numRuns: 60 },
  )
})

test('neither the price level, nor the unit of the volume, nor that of an extra matters', () => {
  fc.assert(
    fc.property(randomBars(1, 120), fc.constantFrom(0.25, 2, 1024), (bars, unit) => {
      const scaled = bars.map((bar) => ({
        ...bar,
        ...{ open: bar.open * unit, high: bar.high * unit, low: bar.low * unit, close: bar.close * unit },
        volume: bar.volume * unit,
        extras: Object.fromEntries(Object.entries(bar.extras).map(([name, value]) => [name, value * unit])),
      }))
      expect(computeFeatures(scaled)).toEqual(computeFeatures(bars))
    }),
    { seed: 2, numRuns: 40 },
  )
})

test('features as of a session are the rows up to it, whether or not it is a session', async () => {
  const bars = await sampleBars()
  const saturday = featuresAsOf(bars, '2023-07-08')
  expect(saturday.sessions.at(-1)).toBe('2023-07-07')
  expect(saturday).toEqual(featuresAsOf(bars, '2023-07-07'))
  expect(featuresAsOf(bars, '2000-01-01').sessions).toEqual([])
})

test('columns of named extras stay when the extras do not come', async () => {
  const table = computeFeatures(await sampleBars(), { extras: ['pe'] })
  expect(table.names.slice(-2)).toEqual(['pe_change', 'pe_z_score'])
  expect(column(table, 'pe_z_score').every(Number.isNaN)).toBe(true)
})

test('6,000 sessions with 15 extras take less than a tenth of a second', async () => {
  const bars = (await sampleBars()).slice(0, 1500)
  const extras = (t: number) =>
    Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`extra_${i}`, 1 + ((t * (i + 7)) % 97)]))
  const long = Array.from({ length: 6000 }, (_, t) => ({
    ...bars[t % 1500]!,
    session: new Date(Date.UTC(2000, 0, 1 + t)).toISOString().slice(0, 10),
    extras: extras(t),
  }))
  const durationsMs = Array.from({ length: 7 }, () => {
    const start = process.cpuUsage()
    computeFeatures(long)
    return process.cpuUsage(start).user / 1000
  }).sort((a, b) => a - b)
  console.log(
    `computeFeatures, 6000 rows, 15 extras: median ${durationsMs[3]} ms of processor time, best ${durationsMs[0]} ms`,
  )
  expect(durationsMs[0]).toBeLessThan(100)
})
