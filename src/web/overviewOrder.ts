import type { Freshness } from './freshness.js'
import type { ShownRow } from './overviewView.js'
import type { OverviewQuery } from './query.js'

type SortValue = number | string | undefined

const sortValues: Record<OverviewQuery['sort'], (row: ShownRow) => SortValue> = {
  symbol: (row) => row.symbol,
  session: (row) => row.lastBar?.session,
  median: (row) => row.forecast?.quantiles[4],
  range: (row) => (row.forecast ? row.forecast.quantiles[8]! - row.forecast.quantiles[0]! : undefined),
  up: (row) => row.forecast?.pUp,
  move: (row) => row.forecast?.pLargeMove,
  last: (row) => (row.last ? Math.abs(row.last.returnPct - row.last.mean) : undefined),
  error: (row) => row.model?.pinball,
  coverage: (row) => row.model?.coverage_80,
  verdict: (row) => Number(row.verdict?.distributionSkill ?? false) + 2 * Number(row.verdict?.meanSkill ?? false),
}

/** Rows without a value come last in either direction; equal ones go by symbol. */
export function sortedRows(rows: readonly ShownRow[], { sort, dir }: Pick<OverviewQuery, 'sort' | 'dir'>): ShownRow[] {
  const sortValueOf = sortValues[sort]
  const sign = dir === 'asc' ? 1 : -1
  return rows.toSorted((a, b) => {
    const [left, right] = [sortValueOf(a), sortValueOf(b)]
    if (left === undefined || right === undefined || left === right)
      return Number(left === undefined) - Number(right === undefined) || (a.symbol < b.symbol ? -1 : 1)
    return left < right ? -sign : sign
  })
}

/** Whether a row is among those that were asked for. */
export function isWanted(row: ShownRow, { q, verdict, state, exchange }: Omit<OverviewQuery, 'page'>): boolean {
  const hasSkill = Boolean(row.verdict?.distributionSkill || row.verdict?.meanSkill)
  const own: Freshness['state'] = row.freshness.state
  return (
    row.symbol.toLowerCase().includes(q.toLowerCase()) &&
    (verdict === 'any' || hasSkill === (verdict === 'skill')) &&
    (state === 'any' || own === state) &&
    (exchange === '' || row.exchange === exchange)
  )
}
