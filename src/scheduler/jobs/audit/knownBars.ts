import type { BarRevision } from '../../../db/audit.js'
import type { AdjustedBar } from '../../../domain/bar.js'
import type { CorporateAction } from '../../../domain/corporateAction.js'
import { adjustBars } from '../../../ingest/adjust.js'
import { dataHashes } from '../../../ingest/dataHash.js'

export interface BarHistory {
  /** As stored today, in session order. */
  readonly bars: readonly AdjustedBar[]
  /** Corrections, the earliest first. */
  readonly revisions: readonly BarRevision[]
  readonly actions: readonly CorporateAction[]
}

/** Finds the bars from which a forecast was made. */
export interface KnownBars {
  /** Bars up to `asOf` whose hash is `dataHash`, as they stood at `madeAt`; undefined when they are known no longer. */
  find(asOf: string, dataHash: string, madeAt: Date): readonly AdjustedBar[] | undefined
}

/**
 * The hash that a forecast carries decides which bars were known: those stored today, or those before later corrections
 * were taken back, with the ratios they were stored with or computed anew.
 */
export function knownBars({ bars, revisions, actions }: BarHistory): KnownBars {
  const candidates = new Map<string, Candidate[]>()
  const today = candidate(bars)
  const before = (madeAt: Date): Candidate[] => {
    const later = revisions.filter(({ revisedAt }) => revisedAt > madeAt)
    if (later.length === 0) return []
    const key = later[0]!.revisedAt.toISOString()
    const known = candidates.get(key) ?? takenBack(bars, later, actions)
    candidates.set(key, known)
    return known
  }
  return {
    find(asOf, dataHash, madeAt) {
      const matches = ({ hashes }: Candidate) => hashes.get(asOf) === dataHash
      const found = matches(today) ? today : before(madeAt).find(matches)
      return found?.bars.filter(({ session }) => session <= asOf)
    },
  }
}

interface Candidate {
  readonly bars: readonly AdjustedBar[]
  readonly hashes: ReadonlyMap<string, string>
}

function candidate(bars: readonly AdjustedBar[]): Candidate {
  const hashes = dataHashes(bars)
  return { bars, hashes: new Map(bars.map(({ session }, t) => [session, hashes[t]!])) }
}

function takenBack(
  bars: readonly AdjustedBar[],
  later: readonly BarRevision[],
  actions: readonly CorporateAction[],
): Candidate[] {
  const first = new Map<string, AdjustedBar>()
  for (const { session, earlier } of later)
    if (!first.has(session)) first.set(session, earlier as unknown as AdjustedBar)
  const revised = bars.map((bar) => first.get(bar.session) ?? bar)
  return [candidate(revised), candidate(adjustBars(revised, { actions }))]
}
