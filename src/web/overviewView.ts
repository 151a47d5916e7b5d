import type { OverviewRow } from '../db/overview.js'
import type { RunRow } from '../db/runs.js'
import type { Figures } from '../domain/score.js'
import { type Axis, axisFor } from './axis.js'
import { type Freshness, freshnessOf } from './freshness.js'
import type { OverviewQuery } from './query.js'
import { MODEL } from './routes.js'

export interface ShownRow extends OverviewRow {
  readonly freshness: Freshness
  readonly model: Figures | undefined
  /** The baseline that the model's figures stand beside: the strongest one. */
  readonly rival: { readonly name: string; readonly figures: Figures } | undefined
}

/** All that the overview shows, filtered and sorted as asked. */
export interface OverviewView {
  readonly rows: readonly ShownRow[]
  /** Before filtering. */
  readonly total: number
  readonly hasSample: boolean
  readonly run: RunRow | undefined
  readonly query: OverviewQuery
  readonly axis: Axis
  readonly now: Date
  /** Whether runs may be started and cancelled from this page. */
  readonly mayRun: boolean
}

/** Arranges the rows for the overview. */
export function overviewView(
  all: readonly OverviewRow[],
  run: RunRow | undefined,
  query: OverviewQuery,
  now: Date,
  mayRun = false,
): OverviewView {
  const wanted = query.q.toLowerCase()
  const rows = all
    .filter(({ symbol }) => symbol.toLowerCase().includes(wanted))
    .filter(({ verdict }) => {
      const hasSkill = Boolean(verdict?.distributionSkill || verdict?.meanSkill)
      return query.verdict === 'any' || hasSkill === (query.verdict === 'skill')
    })
    .map((row) => ({
      ...row,
      freshness: freshnessOf(row, run, now),
      model: row.figures[MODEL],
      rival: strongestRival(row),
    }))
  return {
    rows: sorted(rows, query),
    total: all.length,
    hasSample: all.some(({ isSample }) => isSample),
    run,
    query,
    axis: axisFor(rows.flatMap(({ forecast }) => forecast?.quantiles ?? [])),
    now,
    mayRun,
  }
}

function strongestRival({ figures, verdict }: OverviewRow): ShownRow['rival'] {
  const rivals = Object.entries(figures).filter(([name]) => name !== MODEL)
  const named = rivals.find(([name]) => name === verdict?.strongestBaseline)
  const best = named ?? rivals.sort(([, a], [, b]) => a.pinball - b.pinball)[0]
  return best && { name: best[0], figures: best[1] }
}

type SortValue = number | string | undefined

const sortValues: Record<OverviewQuery['sort'], (row: ShownRow) => SortValue> = {
  symbol: (row) => row.symbol,
  session: (row) => row.lastBar?.session,
  median: (row) => row.forecast?.quantiles[4],
  range: (row) => (row.forecast ? row.forecast.quantiles[8]! - row.forecast.quantiles[0]! : undefined),
  up: (row) => row.forecast?.pUp,
  move: (row) => row.forecast?.pLargeMove,
  error: (row) => row.model?.pinball,
  coverage: (row) => row.model?.coverage_80,
  verdict: (row) => Number(row.verdict?.distributionSkill ?? false) + 2 * Number(row.verdict?.meanSkill ?? false),
}

/** Rows without a value come last in either direction; equal ones go by symbol. */
function sorted(rows: readonly ShownRow[], { sort, dir }: OverviewQuery): ShownRow[] {
  const sortValueOf = sortValues[sort]
  const sign = dir === 'asc' ? 1 : -1
  return rows.toSorted((a, b) => {
    const [left, right] = [sortValueOf(a), sortValueOf(b)]
    if (left === undefined || right === undefined || left === right)
      return Number(left === undefined) - Number(right === undefined) || (a.symbol < b.symbol ? -1 : 1)
    return left < right ? -sign : sign
  })
}
