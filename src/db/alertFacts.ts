import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import type { Forecast } from '../domain/forecast.js'
import type { Verdict } from '../domain/score.js'
import type { Db } from './database.js'
import { bars, forecasts, outcomes, tickers } from './schema.js'
import { latestVerdict } from './scores.js'

/** Sessions over which a ticker's own volatility is measured. */
const VOLATILITY_SESSIONS = 60
/** Fewer returns say too little. */
const FEWEST_RETURNS = 20

/** What an alert says of a ticker besides its forecast. */
export interface TickerFactsForAlert {
  readonly exchange: string
  readonly isSample: boolean
  /** Standard deviation of its last 60 daily returns, in percent; null where fewer than 20 are known. */
  readonly volatilityPct: number | null
  /** Closes of those sessions on the price basis of the last one, oldest first. */
  readonly closes: readonly number[]
  readonly verdict: Verdict | null
}

/** Facts as of a session; undefined for a ticker nobody knows. */
export async function alertFacts(
  db: Db,
  symbol: string,
  forecaster: string,
  asOf: string,
): Promise<TickerFactsForAlert | undefined> {
  const [ticker] = await db.select().from(tickers).where(eq(tickers.symbol, symbol))
  if (!ticker) return undefined
  const newest = await db
    .select({ close: bars.close, ratio: bars.ratio })
    .from(bars)
    .where(and(eq(bars.ticker, symbol), sql`${bars.session} <= ${asOf}`))
    .orderBy(desc(bars.session))
    .limit(VOLATILITY_SESSIONS + 1)
  const returns = newest.slice(0, -1).map(({ close, ratio }, i) => 100 * (close / (newest[i + 1]!.close * ratio) - 1))
  let factor = 1
  const closes = newest.map(({ close, ratio }) => {
    const adjusted = close * factor
    factor *= ratio
    return adjusted
  })
  return {
    ...{ exchange: ticker.exchange, isSample: ticker.isSample, closes: closes.reverse() },
    volatilityPct: returns.length < FEWEST_RETURNS ? null : standardDeviation(returns),
    verdict: (await latestVerdict(db, symbol, forecaster)) ?? null,
  }
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
}

/** First live forecasts of those sessions beside what happened, in session order. */
export async function settledLiveForecasts(
  db: Db,
  ticker: string,
  forecaster: string,
  sessions: readonly string[],
): Promise<{ forecast: Forecast; session: string; returnPct: number }[]> {
  const rows = await db
    .selectDistinctOn([forecasts.asOf], {
      forecast: forecasts,
      session: outcomes.session,
      returnPct: outcomes.returnPct,
    })
    .from(forecasts)
    .innerJoin(outcomes, and(eq(outcomes.ticker, forecasts.ticker), eq(outcomes.asOf, forecasts.asOf)))
    .where(
      and(
        ...[eq(forecasts.ticker, ticker), eq(forecasts.forecaster, forecaster), eq(forecasts.origin, 'live')],
        inArray(forecasts.asOf, [...sessions]),
      ),
    )
    .orderBy(forecasts.asOf, forecasts.madeAt)
  return rows.map(({ forecast: { runId: _, madeAt: __, ...forecast }, ...outcome }) => ({ forecast, ...outcome }))
}
