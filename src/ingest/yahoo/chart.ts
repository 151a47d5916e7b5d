import { z } from 'zod'
import type { Bar } from '../../domain/bar.js'
import type { CorporateAction } from '../../domain/corporateAction.js'
import { checkOrder, checkPrice, checkSession, checkVolume, latestSession, RefusedCell } from '../checkBar.js'
import type { ProviderResult } from '../provider.js'
import { RowCollector } from '../rowCollector.js'
import { localDate } from '../zonedTime.js'

const cells = z.array(z.number().nullable())
const series = z.object({
  meta: z.object({
    exchangeTimezoneName: z.string(),
    currentTradingPeriod: z.object({ regular: z.object({ start: z.number(), end: z.number() }) }).optional(),
  }),
  timestamp: z.array(z.number()).optional(),
  indicators: z.object({
    quote: z.array(z.object({ open: cells, high: cells, low: cells, close: cells, volume: cells }).partial()),
  }),
  events: z
    .object({
      dividends: z.record(z.string(), z.object({ date: z.number(), amount: z.number() })).optional(),
      splits: z
        .record(z.string(), z.object({ date: z.number(), numerator: z.number(), denominator: z.number() }))
        .optional(),
    })
    .optional(),
})

/** Answer of /v8/finance/chart: a result or an error, never both. */
export const chartSchema = z.object({
  chart: z.object({
    result: z.array(series).nullable(),
    error: z.object({ code: z.string(), description: z.string().nullish() }).nullish(),
  }),
})

export type ChartSeries = z.infer<typeof series>

interface Split {
  readonly session: string
  readonly shares: number
}

/** A split smaller than this cannot be told from an ordinary gap. */
const CLEAR_SPLIT = Math.log(1.25)

/**
 * Bars as they traded, out of a chart whose prices and volumes are on the basis of today's share: splits are undone,
 * and float32 noise is rounded off (seven significant digits). The bar of a session still open is left out.
 */
export function readChart(chart: ChartSeries, source: string, now: Date): ProviderResult {
  const { exchangeTimezoneName: zone, currentTradingPeriod } = chart.meta
  const sessions = (chart.timestamp ?? []).map((second) => localDate(zone, second * 1000))
  const open = currentTradingPeriod && currentTradingPeriod.regular.end * 1000 > now.getTime()
  const openSession = open ? localDate(zone, currentTradingPeriod.regular.start * 1000) : undefined
  const splits = appliedSplits(chart, sessions, zone)
  const latest = latestSession(now)
  const rows = new RowCollector(source)
  sessions.forEach((session, i) => {
    if (session !== openSession)
      rows.add(i + 1, () => readRow(chart, i, checkSession(session, latest), sharesSince(splits, session)))
  })
  return { ...rows.finish(), actions: actionsOf(chart, zone, splits) }
}

function readRow(chart: ChartSeries, i: number, session: string, shares: number): Bar {
  const quote = chart.indicators.quote[0] ?? {}
  const price = (name: 'open' | 'high' | 'low' | 'close') => round(checkPrice(name, quote[name]?.[i]) * shares)
  if (quote.close?.[i] == null && quote.open?.[i] == null) throw new RefusedCell(`no prices on ${session}`)
  const [openPrice, high, low, close] = [price('open'), price('high'), price('low'), price('close')]
  const volume = Math.round(checkVolume(quote.volume?.[i]) / shares)
  const bar = { session, open: openPrice, high, low, close, volume, previousClose: null, extras: {} }
  checkOrder(bar)
  return bar
}

/** Seven significant digits: what a float32 holds. */
function round(price: number): number {
  const scale = 10 ** (6 - Math.floor(Math.log10(price)))
  return scale >= 1 ? Math.round(price * scale) / scale : price
}

/** New shares per share of `session` by all splits after it. */
function sharesSince(splits: readonly Split[], session: string): number {
  let shares = 1
  for (const split of splits) if (split.session > session) shares *= split.shares
  return shares
}

/**
 * The splits that the prices before them are already put right for. On the day of a split Yahoo may name it before its
 * prices follow: those prices then jump by the split's own ratio at that session (yfinance pull request 1543).
 */
function appliedSplits(chart: ChartSeries, sessions: readonly string[], zone: string): Split[] {
  const quote = chart.indicators.quote[0] ?? {}
  return namedSplits(chart, zone).filter(({ session, shares }) => {
    const i = sessions.findIndex((s) => s >= session)
    const [before, after] = [quote.close?.[i - 1], quote.open?.[i] ?? quote.close?.[i]]
    if (i < 1 || !before || !after || Math.abs(Math.log(shares)) < CLEAR_SPLIT) return true
    const gap = Math.log(after / before)
    return Math.abs(gap) <= Math.abs(gap + Math.log(shares))
  })
}

const namedSplits = (chart: ChartSeries, zone: string): Split[] =>
  Object.values(chart.events?.splits ?? {})
    .filter(({ numerator, denominator }) => numerator > 0 && denominator > 0)
    .map(({ date, numerator, denominator }) => ({
      session: localDate(zone, date * 1000),
      shares: numerator / denominator,
    }))

/** Amounts are on the basis of today's share, like the prices. */
function actionsOf(chart: ChartSeries, zone: string, applied: readonly Split[]): CorporateAction[] {
  const dividends = Object.values(chart.events?.dividends ?? {}).map(({ date, amount }): CorporateAction => {
    const session = localDate(zone, date * 1000)
    return { session, kind: 'dividend', value: round(amount * sharesSince(applied, session)) }
  })
  const splits = namedSplits(chart, zone).map(
    ({ session, shares }): CorporateAction => ({ session, kind: 'split', value: shares }),
  )
  return [...splits, ...dividends.filter(({ value }) => value > 0)].sort((a, b) => (a.session < b.session ? -1 : 1))
}
