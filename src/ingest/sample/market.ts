import type { ShockParameters } from './shockProcess.js'

/** One made-up share. */
export interface SampleShare {
  readonly symbol: string
  /** Close before the first session. */
  readonly startPrice: number
  /** Long-run standard deviation of a session's log return, in percent. */
  readonly dailyVolatilityPct: number
  /** Correlation with the market factor; two shares correlate by the product of theirs. */
  readonly marketCorrelation: number
  /** Mean log return a year, in percent. */
  readonly yearlyDriftPct: number
  /** Shares traded in a session of average volatility. */
  readonly typicalVolume: number
  /** Session from which each old share is `factor` new ones; the bars leave it unmarked, as many providers do. */
  readonly split?: { readonly session: string; readonly factor: number }
}

export const FIRST_SESSION = '2019-01-02'

/** UTC hour at which a sample session closes. */
export const CLOSE_HOUR_UTC = 21

export const MARKET_SHOCKS: ShockParameters = { alpha: 0.005, gamma: 0.19, beta: 0.885, degrees: 10 }
export const OWN_SHOCKS: ShockParameters = { alpha: 0.02, gamma: 0.14, beta: 0.88, degrees: 8 }

/** The sample market. The order fixes each share's stream of draws: append only. */
export const SAMPLE_SHARES: readonly SampleShare[] = [
  share('SAMPLE-ASTER', 84, 1.1, 0.78, 7, 5_200_000),
  share('SAMPLE-BIRCH', 37.5, 1.4, 0.72, 6, 2_900_000),
  { ...share('SAMPLE-CORAL', 152, 1.8, 0.68, 12, 1_700_000), split: { session: '2022-06-06', factor: 2 } },
  share('SAMPLE-DUNE', 61, 1.3, 0.64, 4, 3_600_000),
  share('SAMPLE-EMBER', 23, 2.2, 0.6, 8, 8_100_000),
  share('SAMPLE-FJORD', 118, 1.2, 0.58, 5, 1_100_000),
]

function share(
  symbol: string,
  startPrice: number,
  dailyVolatilityPct: number,
  marketCorrelation: number,
  yearlyDriftPct: number,
  typicalVolume: number,
): SampleShare {
  return { symbol, startPrice, dailyVolatilityPct, marketCorrelation, yearlyDriftPct, typicalVolume }
}
