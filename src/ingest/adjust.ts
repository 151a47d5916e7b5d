import type { AdjustedBar, Bar } from '../domain/bar.js'
import type { CorporateAction } from '../domain/corporateAction.js'
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

/** What is known beside the bars to adjust. */
export interface AdjustmentContext {
  /** Splits and dividends, in any order. */
  readonly actions?: readonly CorporateAction[]
  /** Adjusted bars of the sessions before: 24 of them are enough to go on as if the whole history were given. */
  readonly before?: readonly AdjustedBar[]
}

/**
 * Gives each bar the ratio that puts the previous close on its price basis; row t's ratio depends on rows <= t only.
 *
 * Quoted (`previousClose` / previous row's close) where the provider says it: splits, bonus shares and dividends alike.
 * Where a row between was refused the quote still yields the return of this one session. Else from the corporate actions
 * since the previous row. Detected (`detectSplit`) otherwise: unmarked splits, against the 22 sessions before. The first
 * bar has ratio 1. Bars ascend by session.
 */
export function adjustBars(bars: readonly Bar[], { actions = [], before = [] }: AdjustmentContext = {}): AdjustedBar[] {
  const adjusted: AdjustedBar[] = [...before]
  const ascending = actions.toSorted((a, b) => (a.session < b.session ? -1 : 1))
  let next = 0
  for (const bar of bars) {
    const previous = adjusted.at(-1)
    const due: CorporateAction[] = []
    for (; next < ascending.length && ascending[next]!.session <= bar.session; next++)
      if (previous && ascending[next]!.session > previous.session) due.push(ascending[next]!)
    const quoted = quotedRatio(bar, previous) ?? ratioOfActions(due, previous)
    const ratio = quoted ?? detectedRatio(bar, adjusted)
    const ratioSource = ratio === 1 ? 'none' : quoted === undefined ? 'detected' : 'quoted'
    adjusted.push({ ...bar, ratio, ratioSource })
  }
  return adjusted.slice(before.length)
}

function quotedRatio(bar: Bar, previous: Bar | undefined): number | undefined {
  return previous && bar.previousClose !== null ? bar.previousClose / previous.close : undefined
}

/** Splits first: a dividend is quoted per share of the new basis. Undefined without actions or when they make no sense. */
function ratioOfActions(actions: readonly CorporateAction[], previous: Bar | undefined): number | undefined {
  if (!previous || actions.length === 0) return undefined
  const factor = (kind: CorporateAction['kind'], of: (value: number) => number) =>
    actions.filter((action) => action.kind === kind).reduce((product, { value }) => product * of(value), 1)
  const basis = factor('split', (shares) => 1 / shares) * factor('adjustment', (value) => value)
  const cash = actions.filter(({ kind }) => kind === 'dividend').reduce((sum, { value }) => sum + value, 0)
  const ratio = basis - cash / previous.close
  return ratio > 0 && Number.isFinite(ratio) ? ratio : undefined
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
