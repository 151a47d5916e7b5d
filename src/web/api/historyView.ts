import type { ShownForecast } from '../../db/overview.js'
import type { DisplayBar, PastForecast } from '../../db/tickerHistory.js'
import { MODEL } from '../routes.js'

/** Bounds of one forecast's intervals: 2.5, 10, 50, 90, 97.5 %. */
export type Bounds = readonly [low95: number, low80: number, median: number, high80: number, high95: number]

export interface DrawnForecast {
  readonly asOf: string
  /** The session it spoke of, where it is drawn. */
  readonly session: string
  readonly origin: 'live' | 'backtest'
  /** In display price. */
  readonly prices: Bounds
  /** In percent of the close of `asOf`. */
  readonly pct: Bounds
  /** Null while the session is not over. */
  readonly returnPct: number | null
}

const BAR_COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const
type BarColumn = (typeof BAR_COLUMNS)[number]

export interface HistoryView {
  /** Columns of the same length, oldest first. */
  readonly bars: { readonly session: readonly string[] } & Readonly<Record<BarColumn, readonly number[]>>
  readonly forecasts: readonly DrawnForecast[]
  /** The forecast that is not settled yet, with all its quantiles as display prices. */
  readonly next: (DrawnForecast & { readonly lastClose: number; readonly fan: readonly number[] }) | null
}

/** Puts a ticker's bars and forecasts on one price basis, ready to be drawn. */
export function historyView(
  bars: readonly DisplayBar[],
  past: readonly PastForecast[],
  next: readonly ShownForecast[],
): HistoryView {
  const factors = new Map(bars.map(({ session, factor }) => [session, factor]))
  const drawn = (forecast: Omit<PastForecast, 'outcome'>, outcome: PastForecast['outcome']): DrawnForecast => {
    const pct = boundsOf(forecast.quantiles).map(drawnNumber) as unknown as Bounds
    const base = forecast.lastClose * (factors.get(forecast.asOf) ?? 1)
    const prices = pct.map((bound) => drawnNumber(base * (1 + bound / 100))) as unknown as Bounds
    const session = outcome?.session ?? forecast.target
    return { asOf: forecast.asOf, session, origin: forecast.origin, prices, pct, returnPct: outcome?.returnPct ?? null }
  }
  const coming = next.find(({ forecaster }) => forecaster === MODEL)
  const settled = past.flatMap((forecast) => (forecast.outcome ? [drawn(forecast, forecast.outcome)] : []))
  return {
    bars: { session: bars.map((bar) => bar.session), ...columnsOf(bars) },
    forecasts: settled,
    next:
      coming && settled.at(-1)?.asOf !== coming.asOf
        ? { ...drawn(coming, null), lastClose: coming.lastClose, fan: fanOf(coming) }
        : null,
  }
}

const columnsOf = (bars: readonly DisplayBar[]) =>
  Object.fromEntries(BAR_COLUMNS.map((name) => [name, bars.map((bar) => drawnNumber(bar[name]))])) as Record<
    BarColumn,
    number[]
  >

/** Seven digits: no pixel is moved by the others, and a long history is half as large without them. */
function drawnNumber(value: number): number {
  if (value === 0) return 0
  const decimals = 6 - Math.floor(Math.log10(Math.abs(value)))
  const scale = 10 ** Math.abs(decimals)
  return decimals > 0 ? Math.round(value * scale) / scale : Math.round(value / scale) * scale
}

/** The bounds of the 95 % and 80 % intervals around the median, from the nine quantiles. */
export const boundsOf = (quantiles: readonly number[]): Bounds => [
  quantiles[0]!,
  quantiles[2]!,
  quantiles[4]!,
  quantiles[6]!,
  quantiles[8]!,
]

const fanOf = ({ lastClose, quantiles }: ShownForecast): number[] =>
  quantiles.map((quantile) => lastClose * (1 + quantile / 100))
