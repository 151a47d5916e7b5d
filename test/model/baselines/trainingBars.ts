import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { AdjustedBar } from '../../../src/domain/bar.js'
import { adjustBars } from '../../../src/ingest/adjust.js'
import { createCsvProvider } from '../../../src/ingest/csvProvider.js'
import { createSampleProvider } from '../../../src/ingest/sampleProvider.js'

const dataFolder = resolve(import.meta.dirname, '../../../../shared/data')
const now = new Date('2024-06-28T22:00:00Z')

/** Real bars are lent beside the repository and may be absent. */
export const hasRealBars = existsSync(dataFolder)

/** All real bars of a symbol, adjusted. */
export const realBars = async (symbol: string): Promise<AdjustedBar[]> =>
  adjustBars((await createCsvProvider({ location: dataFolder }).fetchBars({ symbol, now })).bars)

/** Bars of the first share of the sample market, adjusted: 1,433 sessions. */
export async function sampleBars(): Promise<AdjustedBar[]> {
  const sample = createSampleProvider({ seed: 1 })
  const [symbol] = await sample.list()
  return adjustBars((await sample.fetchBars({ symbol: symbol!, now })).bars)
}

/** Bars with the given returns (percent) from a close of 100, each with a range of one percent either side. */
export function barsWithReturns(returnsPct: readonly number[]): AdjustedBar[] {
  let close = 100
  return [0, ...returnsPct].map((value, t) => {
    close *= 1 + value / 100
    return {
      session: new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10),
      open: close,
      high: close * 1.01,
      low: close / 1.01,
      close,
      volume: 1,
      previousClose: null,
      extras: {},
      ratio: 1,
      ratioSource: 'none',
    }
  })
}

/** (count) returns in percent: +1, -1, +2, -2 in turn. */
export const alternating = (count: number): number[] => Array.from({ length: count }, (_, t) => [1, -1, 2, -2][t % 4]!)
