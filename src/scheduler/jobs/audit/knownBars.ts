import type { BarRevision } from '../../../db/audit.js'
import type { AdjustedBar } from '../../../domain/bar.js'
import type { CorporateAction } from '../../../domain/corporateAction.js'
import type { SeriesRow } from '../../../domain/series.js'
import type { KnownValues } from '../../../features/exogenous.js'
import { adjustBars } from '../../../ingest/adjust.js'
import { type TickerClock, type TickerInputs, tickerInputs } from '../tickerData.js'

export interface BarHistory {
  /** As stored today, in session order. */
  readonly bars: readonly AdjustedBar[]
  /** Corrections, the earliest first. */
  readonly revisions: readonly BarRevision[]
  readonly actions: readonly CorporateAction[]
  readonly ticker: TickerClock
  /** Every value of each series by its name, revisions included, in the order in which they were known. */
  readonly series: ReadonlyMap<string, readonly SeriesRow[]>
}

/** What a forecast was made from. */
export interface KnownInputs {
  /** Up to and including the session of the forecast. */
  readonly bars: readonly AdjustedBar[]
  /** What each series said at the close of each of them. */
  readonly exogenous: readonly KnownValues[]
}

export interface WantedInputs {
  readonly asOf: string
  readonly dataHash: string
  readonly madeAt: Date
  /** Series that the model looks at. */
  readonly series: readonly string[]
}

/** Finds the bars, and the values of series, from which a forecast was made. */
export interface KnownBars {
  /** Those up to `asOf` whose hash is `dataHash`, as they stood at `madeAt`; undefined when they are known no longer. */
  find(wanted: WantedInputs): KnownInputs | undefined
}

/**
 * The hash that a forecast carries decides what was known: the bars stored today, or those before later corrections were
 * taken back, with the ratios they were stored with or computed anew; and the values of series that had come in by then.
 */
export function knownBars(history: BarHistory): KnownBars {
  const { bars, revisions, actions } = history
  const candidates = new Map<string, (readonly AdjustedBar[])[]>()
  const before = (madeAt: Date): (readonly AdjustedBar[])[] => {
    const later = revisions.filter(({ revisedAt }) => revisedAt > madeAt)
    if (later.length === 0) return []
    const key = later[0]!.revisedAt.toISOString()
    const known = candidates.get(key) ?? takenBack(bars, later, actions)
    candidates.set(key, known)
    return known
  }
  const hashed = hashedInputs(history)
  return {
    find({ asOf, dataHash, madeAt, series }) {
      for (const recordedBy of recordings(history, series, madeAt))
        for (const some of [bars, ...before(madeAt)]) {
          const { inputs, rowOf } = hashed(some, series, recordedBy)
          const t = rowOf.get(asOf)
          if (t !== undefined && inputs.hashes[t] === dataHash) return firstRows(inputs, t + 1)
        }
      return undefined
    },
  }
}

/** States of the series to look at: as of today, for revisions are known later anyway; else as each reading left it. */
function recordings({ series }: BarHistory, names: readonly string[], madeAt: Date): number[] {
  const times = names.flatMap((name) => (series.get(name) ?? []).map(({ recordedAt }) => recordedAt.getTime()))
  const earlier = [...new Set(times)].filter((time) => time <= madeAt.getTime()).sort((a, b) => b - a)
  return [Number.POSITIVE_INFINITY, ...earlier.slice(0, READINGS)]
}

/** A forecast may have been made while a series was read, so not only the last reading before it counts. */
const READINGS = 3

interface Hashed {
  readonly inputs: TickerInputs
  readonly rowOf: ReadonlyMap<string, number>
}

/** Inputs of given bars with the series as they had been recorded by a moment; each is computed once. */
function hashedInputs({ ticker, series }: BarHistory) {
  const made = new Map<readonly AdjustedBar[], Map<string, Hashed>>()
  return (bars: readonly AdjustedBar[], names: readonly string[], recordedBy: number): Hashed => {
    const ofBars = made.get(bars) ?? new Map<string, Hashed>()
    made.set(bars, ofBars)
    const exogenous = names.map((name) => ({
      name,
      points: (series.get(name) ?? []).filter(({ recordedAt }) => recordedAt.getTime() <= recordedBy),
    }))
    const key = exogenous.map(({ name, points }) => `${name} ${points.length}`).join()
    const known = ofBars.get(key) ?? withRows(tickerInputs(ticker, bars, exogenous))
    ofBars.set(key, known)
    return known
  }
}

const withRows = (inputs: TickerInputs): Hashed => ({
  inputs,
  rowOf: new Map(inputs.bars.map(({ session }, t) => [session, t])),
})

const firstRows = ({ bars, exogenous }: TickerInputs, rows: number): KnownInputs => ({
  bars: bars.slice(0, rows),
  exogenous: exogenous.map(({ name, values, dates }) => ({
    ...{ name, values: values.slice(0, rows), dates: dates.slice(0, rows) },
  })),
})

function takenBack(
  bars: readonly AdjustedBar[],
  later: readonly BarRevision[],
  actions: readonly CorporateAction[],
): (readonly AdjustedBar[])[] {
  const first = new Map<string, AdjustedBar>()
  for (const { session, earlier } of later)
    if (!first.has(session)) first.set(session, earlier as unknown as AdjustedBar)
  const revised = bars.map((bar) => first.get(bar.session) ?? bar)
  return [revised, adjustBars(revised, { actions })]
}
