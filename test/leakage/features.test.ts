import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AdjustedBar, Bar } from '../../src/domain/bar.js'
import { computeFeatures, featuresAsOf } from '../../src/features/computeFeatures.js'
import type { FeatureTable } from '../../src/features/table.js'
import { adjustBars } from '../../src/ingest/adjust.js'
import { createCsvProvider } from '../../src/ingest/csvProvider.js'
import { dataHash, dataHashes } from '../../src/ingest/dataHash.js'
import { createSampleProvider } from '../../src/ingest/sampleProvider.js'
import { randomBars } from '../features/randomBars.js'

const shared = '../shared/data'
const now = new Date('2026-01-05T12:00:00Z')

type Compute = (bars: readonly AdjustedBar[]) => FeatureTable

/**
 * The first value that changes when the bars after row t are cut off, or null. Compares bits: rows 0 to t of every
 * feature, return and scale, and the targets that row t can know.
 */
function firstLeak(bars: readonly AdjustedBar[], rows: readonly number[], compute: Compute): string | null {
  const full = compute(bars)
  for (const t of rows) {
    const cut = compute(bars.slice(0, t + 1))
    const pairs = [
      ...cut.names.map((name, f) => [name, columnAt(full, name, t), cut.values[t * cut.names.length + f]!] as const),
      ...prefixPair('returnPct', full.returnPct, cut.returnPct, t + 1),
      ...prefixPair('targetPct', full.targetPct, cut.targetPct, t),
      ...prefixPair('scalePct', full.scalePct, cut.scalePct, t + 1),
    ]
    const leak = pairs.find(([, a, b]) => !Object.is(a, b))
    if (leak) return `row ${t}, ${leak[0]}: ${leak[1]} with later bars, ${leak[2]} without`
  }
  return null
}

function columnAt(table: FeatureTable, name: string, t: number): number {
  return table.values[t * table.names.length + table.names.indexOf(name)]!
}

const prefixPair = (name: string, full: Float64Array, cut: Float64Array, length: number) =>
  Array.from(cut.subarray(0, length), (value, t) => [`${name}[${t}]`, full[t]!, value] as const)

const everyNth = (length: number, step: number) => Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step)

const sampleBars = async (): Promise<readonly Bar[]> =>
  (await createSampleProvider().fetchBars({ symbol: 'SAMPLE-CORAL', now })).bars

describe('features', () => {
  test('sample market: no row changes by one bit when later bars are cut off', async () => {
    const bars = adjustBars(await sampleBars())
    expect(firstLeak(bars, everyNth(bars.length, 13), computeFeatures)).toBeNull()
  })

  test.skipIf(!existsSync(shared)).each(['601988.SH', 'AAPL'])('%s: no row changes by one bit', async (symbol) => {
    const bars = adjustBars((await createCsvProvider({ location: shared }).fetchBars({ symbol, now })).bars)
    expect(firstLeak(bars, everyNth(bars.length, 71), computeFeatures)).toBeNull()
  })

  test('any bars, any cut: no row changes by one bit', () => {
    fc.assert(
      fc.property(randomBars(2, 120), fc.nat(), (bars, t) => {
        expect(firstLeak(bars, [t % bars.length], computeFeatures)).toBeNull()
      }),
      { seed: 3, numRuns: 60 },
    )
  })

  test('the cut-off by date hides later bars', async () => {
    const bars = adjustBars(await sampleBars())
    const byDate: Compute = (some) => featuresAsOf(bars, some.at(-1)!.session)
    expect(firstLeak(bars, everyNth(bars.length, 97), byDate)).toBeNull()
  })

  test.each<[string, (column: Float64Array) => Float64Array]>([
    ['normalised over the whole history', (x) => x.map((value) => value - x[x.length - 1]!)],
    ['smoothed with tomorrow’s value', (x) => x.map((value, t) => (value + (x[t + 1] ?? value)) / 2)],
    ['filled backwards', (x) => x.map((value, t) => (Number.isNaN(value) ? (x[t + 1] ?? value) : value))],
  ])('a feature that is %s is caught', async (_, leak) => {
    const leaky: Compute = (bars) => {
      const table = computeFeatures(bars)
      const F = table.names.length
      const f = table.names.indexOf('volume_change')
      const column = leak(Float64Array.from(table.sessions, (_, t) => table.values[t * F + f]!))
      return { ...table, values: table.values.map((value, i) => (i % F === f ? column[Math.floor(i / F)]! : value)) }
    }
    const bars = adjustBars((await sampleBars()).slice(0, 200))
    expect(firstLeak(bars, everyNth(200, 1), leaky)).toMatch(/volume_change/)
  })
})

describe('adjustment and hashes', () => {
  test('a ratio does not change when later bars are cut off', async () => {
    const bars = await sampleBars()
    const full = adjustBars(bars)
    for (const t of everyNth(bars.length, 29)) expect(adjustBars(bars.slice(0, t + 1))).toEqual(full.slice(0, t + 1))
  })

  test('a later split changes neither ratios nor hashes of earlier sessions', async () => {
    const bars = await sampleBars()
    const at = bars.findIndex((bar) => bar.session === '2022-06-06')
    const hashes = dataHashes(adjustBars(bars))
    expect(dataHashes(adjustBars(bars.slice(0, at)))).toEqual(hashes.slice(0, at))
  })

  test('each prefix has the hash of the truncated history', async () => {
    const bars = adjustBars(await sampleBars())
    const hashes = dataHashes(bars)
    for (const t of everyNth(bars.length, 101)) expect(dataHash(bars.slice(0, t + 1))).toBe(hashes[t])
    expect(new Set(hashes).size).toBe(bars.length)
  })

  test('an adjustment that looks at the next bar is caught', async () => {
    const bars = (await sampleBars()).slice(0, 100)
    const leaky = (some: readonly Bar[]) =>
      adjustBars(some).map((bar, t) => ({ ...bar, ratio: some[t + 1]?.close ?? 1 }))
    expect(leaky(bars.slice(0, 50))).not.toEqual(leaky(bars).slice(0, 50))
  })
})
