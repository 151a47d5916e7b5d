import type { Bar } from '../domain/bar.js'

/** How one series of bars stands to another over the sessions they share. */
export interface BasisComparison {
  readonly sessions: number
  /** Median of close / close: 1 on the same price basis. */
  readonly price: number
  /** Median of volume / volume over sessions with both; 1 when there is none. */
  readonly volume: number
  /** Largest |ln| deviation of a close's ratio from `price`. */
  readonly spread: number
}

/** A change of basis below this is told from rounding no longer. */
const SMALLEST_CHANGE = 5e-4
const FEWEST_SESSIONS = 3
/** Two honest sources differ by closing auctions and rounding, not by more. */
const MOST_DISAGREEMENT = 0.005

/** Compares `later` with `earlier` on their common sessions. */
export function compareBasis(earlier: readonly Bar[], later: readonly Bar[]): BasisComparison {
  const bySession = new Map(earlier.map((bar) => [bar.session, bar]))
  const pairs = later.flatMap((bar): [Bar, Bar][] => {
    const twin = bySession.get(bar.session)
    return twin ? [[twin, bar]] : []
  })
  const prices = pairs.map(([a, b]) => b.close / a.close)
  const volumes = pairs.filter(([a, b]) => a.volume > 0 && b.volume > 0).map(([a, b]) => b.volume / a.volume)
  const price = median(prices)
  const spread = prices.reduce((most, ratio) => Math.max(most, Math.abs(Math.log(ratio / price))), 0)
  return { sessions: pairs.length, price, volume: median(volumes), spread }
}

/** Whether every price was multiplied by one factor since: the provider has re-based its history. */
export function isRebased({ sessions, price, spread }: BasisComparison): boolean {
  const change = Math.abs(Math.log(price))
  return sessions >= FEWEST_SESSIONS && change > SMALLEST_CHANGE && spread < change / 4
}

/** Whether the second series can go on where the first one ends. */
export function isSameBasis({ sessions, price }: BasisComparison): boolean {
  return sessions > 0 && Math.abs(Math.log(price)) <= MOST_DISAGREEMENT
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 1
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
