import type { Bar } from '../domain/bar.js'

/** What a fetch changes in the stored history. */
export interface BarChanges {
  /** Sessions that were not stored yet. */
  readonly inserted: readonly Bar[]
  /** Sessions whose provider now says something else. */
  readonly corrected: readonly { readonly earlier: Bar; readonly later: Bar }[]
  /** Number of fetched sessions that are stored already, field for field. */
  readonly unchanged: number
}

/**
 * Compares fetched bars with the stored ones, session by session, every field: exactly, or prices and volumes up to the
 * relative difference `precision`.
 *
 * Stored sessions that were not fetched stay as they are. Order follows `fetched`.
 */
export function mergeBars(stored: readonly Bar[], fetched: readonly Bar[], precision = 0): BarChanges {
  const storedBySession = new Map(stored.map((bar) => [bar.session, bar]))
  const inserted: Bar[] = []
  const corrected: { earlier: Bar; later: Bar }[] = []
  for (const later of fetched) {
    const earlier = storedBySession.get(later.session)
    if (!earlier) inserted.push(later)
    else if (!isSameBar(earlier, later, precision)) corrected.push({ earlier, later })
  }
  return { inserted, corrected, unchanged: fetched.length - inserted.length - corrected.length }
}

const FIELDS = ['open', 'high', 'low', 'close', 'volume', 'previousClose'] as const

function isSameBar(a: Bar, b: Bar, precision: number): boolean {
  const names = Object.keys(a.extras)
  return (
    FIELDS.every((field) => isSame(a[field], b[field], precision)) &&
    names.length === Object.keys(b.extras).length &&
    names.every((name) => Object.hasOwn(b.extras, name) && a.extras[name] === b.extras[name])
  )
}

function isSame(a: number | null, b: number | null, precision: number): boolean {
  return a === b || (a !== null && b !== null && Math.abs(a - b) <= precision * Math.max(Math.abs(a), Math.abs(b)))
}
