import type { forecasts } from '../../src/db/schema.js'
import { nextWeekday, normalQuantiles, type SimulatedDay, uniform } from './marketSeries.js'

/** The clock of every test that reads this market: the evening of the last session, a Friday. */
export const MARKET_NOW = new Date('2025-06-13T22:04:00Z')

export const BASELINES = ['zero', 'drift', 'hist', 'ewma', 'fhs', 'garch', 'har'] as const
/** Sessions before the first forecast. */
export const WARM_UP = 60
/** Sessions at the end whose forecasts are live. */
export const LIVE_SESSIONS = 45

export interface Listing {
  readonly symbol: string
  readonly isSample: boolean
  readonly seed: number
  readonly levelPct: number
  readonly startPrice: number
  readonly lastSession: string
  /** Noise of the model's volatility estimate: 0 knows the truth. */
  readonly modelNoise: number
  readonly splitSession?: string
}

export type ForecastRow = typeof forecasts.$inferInsert

/** Forecasts after every session from the warm-up on; the last ones live, among them one that a later row contradicts. */
export function forecastsOf(
  name: string,
  listing: Listing,
  days: readonly SimulatedDay[],
  closes: readonly number[],
): ForecastRow[] {
  const noise = uniform(listing.seed + name.length * 7)
  const plain = days.reduce((sum, day) => sum + day.sigmaPct, 0) / days.length
  let ewma = plain
  const made = days.map(({ session, returnPct }, i) => {
    ewma = Math.sqrt(0.94 * ewma * ewma + 0.06 * returnPct * returnPct)
    const truth = days[i + 1]?.sigmaPct ?? ewma
    const sigma =
      name === 'mamba' ? truth * (1 + listing.modelNoise * (noise() - 0.5)) : sigmaOf(name, plain, ewma, noise())
    const mean = name === 'zero' ? 0 : name === 'mamba' ? 0.06 * (noise() - 0.5) : 0.03
    const origin = i < days.length - LIVE_SESSIONS ? ('backtest' as const) : ('live' as const)
    return {
      ticker: listing.symbol,
      asOf: session,
      target: days[i + 1]?.session ?? nextWeekday(session),
      model: name === 'mamba' ? `${listing.symbol}-${origin === 'live' ? 'live-9a27' : 'backtest-4f1c'}` : `${name}@1`,
      dataHash: `hash-${session}`,
      forecaster: name,
      origin,
      lastClose: closes[i]!,
      mean,
      quantiles: normalQuantiles(mean, sigma),
      pUp: 0.5 + mean / sigma / 2.5,
      pLargeMove: Math.min(0.95, Math.exp(-1.8 / sigma)),
      moveThresholdPct: 2,
      madeAt: origin === 'live' ? new Date(`${session}T21:59:00Z`) : new Date('2025-04-11T21:59:00Z'),
    }
  })
  const rows = made.slice(WARM_UP)
  const contradicted = rows.at(-10)!
  const wide = { quantiles: normalQuantiles(9, 9), mean: 9 }
  rows.push(
    { ...contradicted, ...wide, dataHash: 'corrected', madeAt: MARKET_NOW },
    { ...contradicted, ...wide, dataHash: 'replayed', origin: 'backtest', madeAt: new Date('2025-01-02T00:00:00Z') },
  )
  return rows
}

function sigmaOf(name: string, plain: number, ewma: number, noise: number): number {
  if (name === 'zero' || name === 'drift') return plain * 1.05
  if (name === 'hist') return plain * 0.97
  const skew = { ewma: 1, fhs: 0.98, garch: 1.04, har: 0.95 }[name] ?? 1
  return ewma * skew * (1 + 0.06 * (noise - 0.5))
}
