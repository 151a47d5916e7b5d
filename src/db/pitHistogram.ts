import { sql } from 'drizzle-orm'
import { QUANTILE_LEVELS } from '../domain/forecast.js'
import type { ScoreWindow } from '../domain/score.js'
import type { Db } from './database.js'
import { firstMade } from './overview.js'

/** Where outcomes fell among the quantiles of their forecasts. */
export interface PitHistogram {
  readonly n: number
  /** Below the first quantile, between each two, above the last: one more than there are levels. */
  readonly counts: readonly number[]
}

/** The histogram of the last `window` settled forecasts of `forecaster`: of the probability integral transform, by level. */
export async function pitHistogram(
  db: Db,
  symbol: string,
  forecaster: string,
  window: ScoreWindow,
): Promise<PitHistogram> {
  const rows = await db.execute<{ bin: number; n: number }>(sql`
    with settled as (
      select as_of, return_pct from outcomes where ticker = ${symbol} order by as_of desc limit ${window}
    ), said as (
      select distinct on (as_of) as_of, quantiles from forecasts
      where ticker = ${symbol} and forecaster = ${forecaster} and as_of >= (select min(as_of) from settled)
      order by as_of, ${firstMade}
    )
    select width_bucket(return_pct, quantiles) as bin, count(*)::int as n from settled join said using (as_of) group by 1`)
  const byBin = new Map(rows.map(({ bin, n }) => [bin, n]))
  const counts = Array.from({ length: QUANTILE_LEVELS.length + 1 }, (_, bin) => byBin.get(bin) ?? 0)
  return { n: counts.reduce((sum, count) => sum + count, 0), counts }
}
