import type { AdjustedBar } from '../../../domain/bar.js'
import { UserError } from '../../../domain/errors.js'
import { type PaperData, paperData } from '../../../evaluation/paperData.js'
import { type Fold, walkForward } from '../../../evaluation/walkForward.js'
import { computeFeatures } from '../../../features/computeFeatures.js'
import type { ExogenousSeries } from '../../../features/exogenous.js'
import type { FeatureTable } from '../../../features/table.js'
import { adjustBars } from '../../../ingest/adjust.js'
import { dataHash } from '../../../ingest/dataHash.js'
import type { Provider } from '../../../ingest/provider.js'
import type { TickerClock } from '../tickerData.js'
import type { EvaluationSettings } from './evaluationSettings.js'

/** One ticker's bars, and what the protocol makes of them. */
export interface EvaluationData {
  readonly ticker: string
  readonly isSample: boolean
  readonly bars: readonly AdjustedBar[]
  readonly clock: TickerClock
  /** Series beside the prices that are configured for it. */
  readonly series: readonly ExogenousSeries[]
  readonly dataHash: string
  readonly paper?: PaperData
  readonly nextDay?: { readonly table: FeatureTable; readonly folds: readonly Fold[] }
}

/**
 * Fetches a ticker's bars from its provider and lays out the protocol's windows. Nothing is written.
 * @throws UserError when the provider fails, or the bars are too few, constant or incomplete.
 */
export async function evaluationData(
  { symbol: ticker, exchange, timezone }: TickerClock,
  provider: Provider,
  series: readonly ExogenousSeries[],
  { protocol, walkForward: options, beforeLast }: EvaluationSettings,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<EvaluationData> {
  const { bars: fetched } = await provider.fetchBars({ symbol: ticker, now, signal })
  const all = adjustBars(fetched)
  const bars = all.slice(0, Math.max(all.length - beforeLast, 0))
  const common = {
    ticker,
    isSample: provider.isSample,
    bars,
    dataHash: dataHash(bars),
    series,
    clock: { symbol: ticker, exchange, timezone },
  }
  if (bars.length > 1 && bars.every((bar) => bar.close === bars[0]!.close))
    throw new UserError(
      `${ticker}: the closing price is ${bars[0]!.close} in every session, so there is nothing to forecast`,
    )
  if (protocol === 'paper') return { ...common, paper: paperData(ticker, bars, options.testSize) }
  const folds = walkForward(ticker, Math.max(bars.length - 1, 0), options)
  return { ...common, nextDay: { table: computeFeatures(bars), folds } }
}
