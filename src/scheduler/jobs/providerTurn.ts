import { type BarRow, barRows } from '../../db/bars.js'
import { actionsOf } from '../../db/corporateActions.js'
import type { Db } from '../../db/database.js'
import type { SourceState } from '../../db/sourceStates.js'
import type { Bar } from '../../domain/bar.js'
import type { CorporateAction } from '../../domain/corporateAction.js'
import { ProviderError, UserError } from '../../domain/errors.js'
import type { Ticker } from '../../domain/ticker.js'
import { compareBasis, isSameBasis } from '../../ingest/priceBasis.js'
import type { Provider, ProviderResult, RefusedRow } from '../../ingest/provider.js'
import type { Providers } from '../../ingest/providers.js'
import { type Reconciled, reconcile } from '../../ingest/reconcile.js'
import { isClosed } from '../../ingest/sessionClose.js'
import type { Logger } from '../../log.js'
import { MINIMUM_SESSIONS } from '../../model/defaults.js'

/** Sessions asked for again each time, to notice corrections. */
const OVERLAP = 10
/** Sessions before those that adjustment and findings look back on. */
const CONTEXT = 24
/** Further sessions that a preferred provider may take back from one that stood in. */
const STAND_IN = 60
/** Stored bars that a turn needs to see. */
export const TAIL = CONTEXT + STAND_IN
/** Of an increment more rows may be bad than of a history: it is short, and what is stored vouches for the source. */
const MOST_REFUSED_OF_INCREMENT_PCT = 50

export interface IngestOptions {
  readonly providers: Providers
  readonly now: Date
  /** Share of bad rows above which a whole history is not taken in. */
  readonly maxRefusedPct: number
  readonly signal: AbortSignal
  readonly log: Logger
}

/** What one provider had to say, set against what is stored. */
export interface FetchedTicker {
  readonly provider: Provider
  /** First session that was asked for; the whole history when null. */
  readonly from: string | null
  readonly result: ProviderResult
  /** Undefined when the server said that nothing has changed. */
  readonly merged: Reconciled | undefined
  /** Sessions left out because their exchange had not closed. */
  readonly unfinished: number
  /** Stored bars before `from`, newest last. */
  readonly before: readonly BarRow[]
  /** Last stored session before this fetch. */
  readonly lastStored: string | undefined
}

/** One provider's attempt at one ticker. */
export class ProviderTurn {
  readonly #rank: number

  constructor(
    private readonly db: Db,
    private readonly ticker: Ticker,
    private readonly names: readonly string[],
    private readonly provider: Provider,
    private readonly tail: readonly BarRow[],
    private readonly state: SourceState | undefined,
    private readonly options: IngestOptions,
  ) {
    this.#rank = names.indexOf(provider.name)
  }

  /** An increment where the history is there already; the whole history otherwise, or when it was re-based. */
  async take(): Promise<FetchedTicker> {
    const filled = this.#rank > 0 || this.state?.filledAt
    const from = this.tail.length > 0 && this.provider.isIncremental && filled ? this.#firstWanted() : null
    const fetched = await this.#fetch(from)
    if (from === null || fetched.merged?.rebase?.reason !== 'price basis') return fetched
    return this.#fetch(null)
  }

  /** The overlap, or more of it where a provider that ranks lower stood in. */
  #firstWanted(): string {
    const start = Math.max(0, this.tail.length - OVERLAP)
    const standIn = this.tail.findIndex((bar, i) => i >= CONTEXT && this.#outranks(bar.provider))
    return this.tail[standIn < 0 ? start : Math.min(start, standIn)]!.session
  }

  #outranks(other: string): boolean {
    const rank = this.names.indexOf(other)
    return rank < 0 || rank > this.#rank
  }

  async #fetch(from: string | null): Promise<FetchedTicker> {
    const { symbol } = this.ticker
    const { now, signal } = this.options
    const validators = this.state?.validators ?? undefined
    const result = await this.provider.fetchBars({
      symbol,
      now,
      signal,
      validators,
      ...(from !== null && { since: from }),
    })
    const facts = { provider: this.provider, from, result, lastStored: this.tail.at(-1)?.session }
    if (result.notModified) return { ...facts, merged: undefined, unfinished: 0, before: this.tail }
    const wanted = result.bars.filter((bar) => from === null || bar.session >= from)
    const exchange = { code: this.ticker.exchange, timezone: this.ticker.timezone }
    const closed = wanted.filter((bar) => isClosed(bar.session, exchange, now))
    refuseIfMostlyBad(
      symbol,
      result.bars.length,
      result.refused,
      from === null ? this.options.maxRefusedPct : MOST_REFUSED_OF_INCREMENT_PCT,
    )
    const stored = from === null && this.tail.length > 0 ? await barRows(this.db, symbol) : this.tail
    const merged = await this.#reconcile(stored, from, this.#onStoredBasis(closed), result.actions)
    const before = from === null ? [] : stored.filter((bar) => bar.session < from)
    return { ...facts, merged, unfinished: wanted.length - closed.length, before }
  }

  /** One that stands in goes on where the preferred one ended, in its unit of volume, or not at all. */
  #onStoredBasis(bars: readonly Bar[]): readonly Bar[] {
    const served = this.tail.filter((bar) => bar.provider !== this.provider.name && !this.#outranks(bar.provider))
    if (this.#rank === 0 || served.length === 0) return bars
    const basis = compareBasis(served, bars)
    if (!isSameBasis(basis))
      throw new ProviderError(
        `${this.provider.name} ${this.ticker.symbol}: cannot stand in, for its closes are ${basis.price.toFixed(4)} times the stored ones in ${basis.sessions} common sessions`,
        { retryable: false },
      )
    const sameUnit = basis.volume > 0.5 && basis.volume < 2
    return sameUnit ? bars : bars.map((bar) => ({ ...bar, volume: bar.volume / basis.volume }))
  }

  async #reconcile(
    stored: readonly BarRow[],
    from: string | null,
    fetched: readonly Bar[],
    told: readonly CorporateAction[] | undefined,
  ): Promise<Reconciled> {
    const known = stored.length > 0 ? await actionsOf(this.db, this.ticker.symbol, from ?? undefined) : []
    const merged = reconcile({
      ...{ stored, from, fetched },
      actions: told && this.#rank === 0 ? told : combine(known, told ?? []),
      provider: this.provider.name,
      outranks: (other) => this.#outranks(other),
      precision: this.provider.precision,
    })
    if (from === null) refuseIfUntrainable(this.ticker.symbol, merged.bars)
    return merged
  }
}

/** Both lists; where both name the same action the later word counts. */
function combine(known: readonly CorporateAction[], told: readonly CorporateAction[]): CorporateAction[] {
  const key = ({ session, kind }: CorporateAction) => `${session} ${kind}`
  return [...new Map([...known, ...told].map((action) => [key(action), action])).values()]
}

function refuseIfMostlyBad(symbol: string, good: number, refused: readonly RefusedRow[], maxRefusedPct: number): void {
  const pct = (100 * refused.length) / (good + refused.length)
  if (!(pct > maxRefusedPct)) return
  const first = refused[0]!
  throw new ProviderError(
    `${symbol}: ${refused.length} of ${good + refused.length} rows of ${first.source} are unusable, first in line ${first.line}: ${first.reason}`,
    { retryable: false },
  )
}

function refuseIfUntrainable(symbol: string, bars: readonly Bar[]): void {
  if (bars.length < MINIMUM_SESSIONS)
    throw new UserError(`${symbol}: ${bars.length} usable sessions, at least ${MINIMUM_SESSIONS} are needed to train`)
  if (bars.every((bar) => bar.close === bars[0]!.close))
    throw new UserError(
      `${symbol}: the closing price is ${bars[0]!.close} in every session, so there is nothing to forecast`,
    )
}
