import type { AdjustedBar, Bar } from '../domain/bar.js'
import type { CorporateAction } from '../domain/corporateAction.js'
import { adjustBars } from './adjust.js'
import { mergeBars } from './mergeBars.js'
import { type BasisComparison, compareBasis, isRebased } from './priceBasis.js'

/** A bar as it is stored: with who served it, and the factor that makes all sessions comparable. */
export interface StoredBar extends AdjustedBar {
  readonly provider: string
  /** Product of 1 / ratio of all sessions up to this one: price * factor is the adjusted price. */
  readonly factor: number
}

export interface ReconcileInput {
  /** Stored bars in session order: the whole history, or its end with 24 sessions before `from`. */
  readonly stored: readonly StoredBar[]
  /** First session that may change; the whole history when null. */
  readonly from: string | null
  readonly fetched: readonly Bar[]
  readonly actions: readonly CorporateAction[]
  /** Who served `fetched`. */
  readonly provider: string
  /** Whether it may correct what that other provider said. */
  readonly outranks: (other: string) => boolean
  readonly precision: number
}

export interface Reconciled {
  /** Bars of new sessions. */
  readonly inserted: readonly StoredBar[]
  /** Stored sessions that change in any way. */
  readonly changed: readonly StoredBar[]
  /** What the corrected ones among them said before; empty when the whole series was re-based. */
  readonly corrected: readonly StoredBar[]
  /** Set when prices or adjustments of stored sessions changed their basis. */
  readonly rebase: { readonly session: string; readonly factor: number; readonly reason: string } | null
  /** The sessions from `from` on, as they are now. */
  readonly bars: readonly StoredBar[]
}

/** Brings stored and fetched bars together: nothing lost, nothing doubled, and a second time changes nothing. */
export function reconcile(input: ReconcileInput): Reconciled {
  const { stored, from, fetched, precision, provider } = input
  const before = from === null ? [] : stored.filter((bar) => bar.session < from)
  const window = from === null ? stored : stored.slice(before.length)
  const isFixed = (bar: StoredBar) => bar.provider !== provider && !input.outranks(bar.provider)
  const replaceable = window.filter((bar) => !isFixed(bar))
  const fixed = new Set(window.filter(isFixed).map((bar) => bar.session))
  const offered = fetched.filter((bar) => (from === null || bar.session >= from) && !fixed.has(bar.session))
  const { inserted, corrected } = mergeBars(replaceable, offered, precision)
  const old = new Map(window.map((bar) => [bar.session, bar]))
  const isNew = (bar: StoredBar) => !old.has(bar.session)
  const own = window.filter((bar) => bar.provider === provider)
  const basis = compareBasis(own, offered)
  const whole = isRebased(basis) ? { session: window[0]!.session, factor: basis.price, reason: 'price basis' } : null
  const kept = whole && from === null ? window.map((bar) => onBasis(bar, basis)) : window
  const bars = chain(
    before,
    overlay(kept, offered, [...inserted, ...corrected.map(({ later }) => later)], provider),
    input.actions,
  )
  return {
    bars,
    inserted: bars.filter(isNew),
    changed: bars.filter((bar) => !isNew(bar) && differs(bar, old.get(bar.session)!)),
    corrected: whole ? [] : corrected.map(({ earlier }) => old.get(earlier.session)!),
    rebase: whole ?? adjustmentChange(bars, old),
  }
}

/** A stored bar that its provider no longer delivers, on the basis of those it does. */
const onBasis = (bar: StoredBar, { price, volume }: BasisComparison): StoredBar => ({
  ...bar,
  ...{ open: bar.open * price, high: bar.high * price, low: bar.low * price, close: bar.close * price },
  volume: bar.volume * volume,
  previousClose: bar.previousClose === null ? null : bar.previousClose * price,
})

/** The window with what is new in it; a bar that `provider` confirms to the digit that counts becomes its own. */
function overlay(
  window: readonly StoredBar[],
  offered: readonly Bar[],
  news: readonly Bar[],
  provider: string,
): (Bar & { provider: string })[] {
  const confirmed = new Set(offered.map((bar) => bar.session))
  const bySession = new Map<string, Bar & { provider: string }>(
    window.map((bar) => [bar.session, confirmed.has(bar.session) ? { ...bar, provider } : bar]),
  )
  for (const bar of news) bySession.set(bar.session, { ...bar, provider })
  return [...bySession.values()].sort((a, b) => (a.session < b.session ? -1 : 1))
}

function chain(
  before: readonly StoredBar[],
  bars: readonly (Bar & { provider: string })[],
  actions: readonly CorporateAction[],
): StoredBar[] {
  let factor = before.at(-1)?.factor ?? 1
  return adjustBars(bars, { actions, before }).map((bar, i) => {
    factor /= bar.ratio
    return { ...bar, provider: bars[i]!.provider, factor }
  })
}

/** The first stored session whose ratio is another one now. */
function adjustmentChange(bars: readonly StoredBar[], old: ReadonlyMap<string, StoredBar>): Reconciled['rebase'] {
  for (const bar of bars) {
    const was = old.get(bar.session)
    if (was && Math.abs(was.ratio - bar.ratio) > 1e-9 * was.ratio)
      return { session: bar.session, factor: bar.ratio / was.ratio, reason: 'adjustment' }
  }
  return null
}

const FIELDS = [
  ...(['open', 'high', 'low', 'close', 'volume', 'previousClose'] as const),
  ...(['ratio', 'ratioSource', 'factor', 'provider'] as const),
]

function differs(a: StoredBar, b: StoredBar): boolean {
  const names = Object.keys(a.extras)
  return (
    FIELDS.some((field) => a[field] !== b[field]) ||
    names.length !== Object.keys(b.extras).length ||
    names.some((name) => a.extras[name] !== b.extras[name])
  )
}
