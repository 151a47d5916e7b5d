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
    select width_bucket(o.return_pct, f.quantiles) as bin, count(*)::int as n
    from (select as_of, return_pct from outcomes where ticker = ${symbol} order by as_of desc limit ${window}) o
    cross join lateral (
      select quantiles from forecasts
      where ticker = ${symbol} and forecaster = ${forecaster} and as_of = o.as_of order by ${firstMade} limit 1
    ) f
    group by 1`)
  const byBin = new Map(rows.map(({ bin, n }) => [bin, n]))
  const counts = Array.from({ length: QUANTILE_LEVELS.length + 1 }, (_, bin) => byBin.get(bin) ?? 0)
  return { n: counts.reduce((sum, count) => sum + count, 0), counts }
}
