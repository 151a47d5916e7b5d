import { insertBars, recordRevisions, upsertBars } from '../../db/bars.js'
import { saveActions } from '../../db/corporateActions.js'
import type { Db } from '../../db/database.js'
import { saveFindings, saveQualityReport } from '../../db/quality.js'
import { recordRebase } from '../../db/rebases.js'
import { saveSourceState } from '../../db/sourceStates.js'
import { qualityRecord } from '../../db/tickerRecord.js'
import { saveTicker } from '../../db/tickers.js'
import type { Ticker } from '../../domain/ticker.js'
import type { RefusedRow } from '../../ingest/provider.js'
import { qualityFindings } from '../../ingest/qualityFindings.js'
import type { Reconciled } from '../../ingest/reconcile.js'
import { fetchTicker } from './fetchTicker.js'
import type { FetchedTicker, IngestOptions } from './providerTurn.js'

export interface IngestResult {
  /** Last session that is stored now. */
  readonly asOf: string
  readonly inserted: number
  readonly corrected: number
  readonly refused: readonly RefusedRow[]
  /** Name of the provider that delivered. */
  readonly served: string
  /** Set when stored prices or adjustments changed their basis, with the models that had seen the old one. */
  readonly rebased: { readonly session: string; readonly factor: number; readonly models: number } | null
  /** Sessions left out because their exchange had not closed. */
  readonly unfinished: number
}

/** Long before any bar. */
const EARLIEST = '0001-01-01'

/**
 * Brings a ticker's bars up to date: fetch, check, compare with what is stored, write in one transaction. A ticker that
 * is new is written with its first bars, so bad input leaves nothing behind.
 *
 * @throws UserError when no provider delivers or what they give cannot be used; nothing is written then.
 */
export async function ingestTicker(db: Db, ticker: Ticker, options: IngestOptions): Promise<IngestResult> {
  const fetched = await fetchTicker(db, ticker, options)
  const { provider, result, merged, unfinished, lastStored } = fetched
  const rebased = await db.transaction(async (tx) => {
    await saveTicker(tx, { ...ticker, isSample: provider.isSample })
    const models = merged ? await store(tx, ticker.symbol, fetched, merged, options.now) : null
    await saveSourceState(tx, {
      ...{ ticker: ticker.symbol, provider: provider.name, servedAt: options.now },
      filledAt: fetched.from === null ? options.now : null,
      validators: unfinished === 0 && result.validators ? result.validators : null,
    })
    return merged?.rebase && models !== null ? { ...merged.rebase, models } : null
  })
  return {
    asOf: merged?.bars.at(-1)?.session ?? lastStored!,
    inserted: merged?.inserted.length ?? 0,
    corrected: merged?.corrected.length ?? 0,
    refused: result.refused,
    served: provider.name,
    ...{ rebased, unfinished },
  }
}

/** Writes what changed; returns how many models a change of basis has marked, or null without one. */
async function store(
  tx: Db,
  symbol: string,
  fetched: FetchedTicker,
  merged: Reconciled,
  now: Date,
): Promise<number | null> {
  const { provider, from, result } = fetched
  if (result.actions) await saveActions(tx, symbol, provider.name, result.actions, from ?? EARLIEST, now)
  await recordRevisions(tx, symbol, merged.corrected, now)
  await upsertBars(tx, symbol, merged.changed, now)
  await insertBars(tx, symbol, merged.inserted, now)
  await report(tx, symbol, fetched, merged, now)
  if (!merged.rebase) return null
  return recordRebase(tx, symbol, { ...merged.rebase, provider: provider.name, bars: merged.changed.length }, now)
}

async function report(
  tx: Db,
  symbol: string,
  { from, before, result }: FetchedTicker,
  merged: Reconciled,
  now: Date,
): Promise<void> {
  const isChanged = merged.inserted.length + merged.changed.length > 0
  if (isChanged) await saveFindings(tx, symbol, from ?? EARLIEST, qualityFindings(merged.bars, before))
  if (!isChanged && result.refused.length === 0) return
  const known = from === null ? [] : ((await qualityRecord(tx, symbol))?.splits ?? [])
  const found = merged.bars.filter((bar) => bar.ratioSource === 'detected')
  const splits = [
    ...known.filter(({ session }) => session < from!),
    ...found.map(({ session, ratio, ratioSource }) => ({ session, ratio, source: ratioSource })),
  ]
  await saveQualityReport(tx, symbol, { refused: [...result.refused], splits }, now)
}
