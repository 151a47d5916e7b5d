import { barsOf, recordRevisions, upsertBars } from '../../db/bars.js'
import type { Db } from '../../db/database.js'
import { saveQualityReport } from '../../db/quality.js'
import { saveTicker } from '../../db/tickers.js'
import type { AdjustedBar, Bar } from '../../domain/bar.js'
import { ProviderError, UserError } from '../../domain/errors.js'
import type { Ticker } from '../../domain/ticker.js'
import { adjustBars } from '../../ingest/adjust.js'
import { mergeBars } from '../../ingest/mergeBars.js'
import type { RefusedRow } from '../../ingest/provider.js'
import { createProvider } from '../../ingest/providers.js'
import { MINIMUM_SESSIONS } from '../../model/defaults.js'

export interface IngestResult {
  /** All bars of the ticker, in session order. */
  readonly bars: readonly AdjustedBar[]
  readonly inserted: number
  readonly corrected: number
  readonly refused: readonly RefusedRow[]
}

/**
 * Brings a ticker's bars up to date: fetch, check, compare with what is stored, write in one transaction. A ticker that
 * is new is written with its first bars, so bad input leaves nothing behind.
 *
 * @throws UserError when the provider fails or what it gives cannot be used; nothing is written then.
 */
export async function ingestTicker(
  db: Db,
  ticker: Ticker,
  options: { readonly now: Date; readonly maxRefusedPct: number; readonly signal: AbortSignal },
): Promise<IngestResult> {
  const provider = createProvider(ticker.provider, ticker.location ? { location: ticker.location } : {})
  const { bars: fetched, refused } = await provider.fetchBars({
    symbol: ticker.symbol,
    now: options.now,
    signal: options.signal,
  })
  refuseIfMostlyBad(ticker.symbol, fetched.length, refused, options.maxRefusedPct)

  return db.transaction(async (tx) => {
    const stored = await barsOf(tx, ticker.symbol)
    const { inserted, corrected } = mergeBars(stored, fetched)
    const bars = adjustBars(union(stored, fetched))
    refuseIfUntrainable(ticker.symbol, bars)
    await saveTicker(tx, { ...ticker, isSample: provider.isSample })
    await recordRevisions(
      tx,
      ticker.symbol,
      ticker.provider,
      corrected.map(({ earlier }) => earlier),
      options.now,
    )
    const changed = changedBars(stored, bars)
    await upsertBars(tx, ticker.symbol, ticker.provider, changed, options.now)
    if (stored.length === 0 || changed.length > 0 || refused.length > 0)
      await saveQualityReport(tx, ticker.symbol, { refused: [...refused], splits: splitsOf(bars) }, options.now)
    return { bars, inserted: inserted.length, corrected: corrected.length, refused }
  })
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

function refuseIfUntrainable(symbol: string, bars: readonly AdjustedBar[]): void {
  if (bars.length < MINIMUM_SESSIONS)
    throw new UserError(`${symbol}: ${bars.length} usable sessions, at least ${MINIMUM_SESSIONS} are needed to train`)
  if (bars.every((bar) => bar.close === bars[0]!.close))
    throw new UserError(
      `${symbol}: the closing price is ${bars[0]!.close} in every session, so there is nothing to forecast`,
    )
}

/** Stored and fetched bars in session order; a fetched bar stands in for the stored one of its session. */
function union(stored: readonly Bar[], fetched: readonly Bar[]): Bar[] {
  const bySession = new Map([...stored, ...fetched].map((bar) => [bar.session, bar]))
  return [...bySession.values()].sort((a, b) => (a.session < b.session ? -1 : 1))
}

/** Bars that differ from what is stored, in a field or in the ratio. */
function changedBars(stored: readonly AdjustedBar[], bars: readonly AdjustedBar[]): AdjustedBar[] {
  const before = new Map(stored.map((bar) => [bar.session, JSON.stringify(canonical(bar))]))
  return bars.filter((bar) => before.get(bar.session) !== JSON.stringify(canonical(bar)))
}

const canonical = ({ extras, ...bar }: AdjustedBar) => [
  bar.open,
  bar.high,
  bar.low,
  bar.close,
  bar.volume,
  bar.previousClose,
  bar.ratio,
  bar.ratioSource,
  ...Object.keys(extras)
    .sort()
    .map((name) => [name, extras[name]]),
]

const splitsOf = (bars: readonly AdjustedBar[]) =>
  bars
    .filter((bar) => bar.ratioSource === 'detected')
    .map(({ session, ratio, ratioSource }) => ({ session, ratio, source: ratioSource }))
