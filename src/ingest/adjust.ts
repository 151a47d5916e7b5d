import type { AdjustedBar, Bar } from '../domain/bar.js'
import { detectSplit, type Neighbourhood } from './detectSplit.js'

/** Sessions before a row that say what is ordinary. */
const NEIGHBOURS = 22
/** With fewer, nothing is called a split. */
const FEWEST_NEIGHBOURS = 5
/** Median of |x| of a standard normal: makes a median a standard deviation. */
const NORMAL_MAD = 0.6745
/** E[ln(high/low)] of a driftless Brownian session of unit variance: sqrt(8 / pi). */
const RANGE_PER_SD = Math.sqrt(8 / Math.PI)
/** The overnight scale is at least a quarter of the session's own, and 0.2 %. */
const LEAST_OVERNIGHT_SHARE = 0.25
const LEAST_GAP_SCALE = 0.002

/**
 * Gives each bar the ratio that puts the previous close on its price basis; row t's ratio depends on rows <= t only.
 *
 * Quoted (`previousClose` / previous row's close) where the provider says it: splits, bonus shares and dividends alike.
 * Where a row between was refused the quote still yields the return of this one session. Detected (`detectSplit`)
 * otherwise: unmarked splits, against the 22 sessions before. The first bar has ratio 1. Bars ascend by session.
 */
export function adjustBars(bars: readonly Bar[]): AdjustedBar[] {
  const adjusted: AdjustedBar[] = []
  for (const bar of bars) {
    const quoted = quotedRatio(bar, adjusted.at(-1))
    const ratio = quoted ?? detectedRatio(bar, adjusted)
    const ratioSource = ratio === 1 ? 'none' : quoted === undefined ? 'detected' : 'quoted'
    adjusted.push({ ...bar, ratio, ratioSource })
  }
  return adjusted
}

function quotedRatio(bar: Bar, previous: Bar | undefined): number | undefined {
  return previous && bar.previousClose !== null ? bar.previousClose / previous.close : undefined
}

function detectedRatio(bar: Bar, before: readonly AdjustedBar[]): number {
  if (before.length < FEWEST_NEIGHBOURS) return 1
  return detectSplit(bar, before.at(-1)!.close, () => neighbourhood(before))
}

function neighbourhood(before: readonly AdjustedBar[]): Neighbourhood {
  const gaps: number[] = []
  const ranges: number[] = []
  const volumes: number[] = []
  let basis = 1 // puts a volume of row i on the last row's share basis
  for (let i = before.length - 1; i >= Math.max(0, before.length - NEIGHBOURS); i--) {
    const row = before[i]!
    const previous = before[i - 1]
    if (previous) gaps.push(Math.abs(Math.log(row.open / (previous.close * row.ratio))))
    ranges.push(Math.log(row.high / row.low))
    volumes.push(row.volume / basis)
    basis *= row.ratio
  }
  const logRange = median(ranges)
  const leastScale = Math.max(LEAST_GAP_SCALE, (LEAST_OVERNIGHT_SHARE * logRange) / RANGE_PER_SD)
  const gapScale = Math.max(median(gaps) / NORMAL_MAD, leastScale)
  return { gapScale, logRange, volume: median(volumes) }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
