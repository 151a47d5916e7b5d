import type { AdjustedBar } from '../domain/bar.js'
import type { GroupField } from '../domain/series.js'
import { LEAST_VOLATILITY } from './logVolatility.js'
import { parkinson } from './rangeVolatility.js'
import { toSeries } from './series.js'
import { volatilityScale } from './volatilityScale.js'

/** Sessions of a member that are passed over: its volatility is not settled yet. */
const WARM_UP = 66
/** Bound on a member's word, in units of its own volatility. */
const BOUND = 6

/**
 * The state of a group of tickers on each day that any of them traded, as the mean over those that did: of returns over
 * the volatility that was forecast for them, or of the log of range volatility over it. Ascending by day.
 *
 * A day needs no later one, so what is known at its close never changes.
 */
export function groupSeries(
  members: readonly (readonly AdjustedBar[])[],
  field: GroupField,
): { readonly date: string; readonly value: number }[] {
  const days = new Map<string, { sum: number; count: number }>()
  for (const bars of members) {
    const values = memberValues(bars, field)
    for (let t = WARM_UP; t < bars.length; t++) {
      const day = days.get(bars[t]!.session) ?? { sum: 0, count: 0 }
      day.sum += Math.min(Math.max(values[t]!, -BOUND), BOUND)
      day.count += 1
      days.set(bars[t]!.session, day)
    }
  }
  return [...days]
    .map(([date, { sum, count }]) => ({ date, value: sum / count }))
    .sort((a, b) => (a.date < b.date ? -1 : 1))
}

/** What one member says of each of its sessions (L). */
function memberValues(bars: readonly AdjustedBar[], field: GroupField): Float64Array {
  const series = toSeries(bars)
  const scale = volatilityScale(series)
  const before = (t: number) => scale[t - 1] ?? Number.NaN
  if (field === 'return') return series.returnPct.map((value, t) => value / (100 * before(t)))
  const floor = LEAST_VOLATILITY ** 2
  return parkinson(series).map((variance, t) => 0.5 * Math.log(Math.max(variance, floor)) - Math.log(before(t)))
}
