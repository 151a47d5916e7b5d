import { sql } from 'drizzle-orm'
import type { Figures, ScoreWindow } from '../domain/score.js'
import { SCORE_WINDOWS } from '../domain/score.js'
import type { Db } from './database.js'

/** One figure of one forecaster, as its window moves on; `sessions` and `values` run side by side, oldest first. */
export interface ScoreSeries {
  readonly forecaster: string
  readonly sessions: readonly string[]
  readonly values: readonly (number | null)[]
}

/** How `figure` over `window` sessions moved for each of `forecasters`, from the session on that the smallest window fills. */
export async function scoreSeries(
  db: Db,
  symbol: string,
  window: ScoreWindow,
  figure: keyof Figures,
  forecasters: readonly string[],
): Promise<ScoreSeries[]> {
  if (forecasters.length === 0) return []
  const names = sql.join(
    forecasters.map((name) => sql`${name}`),
    sql`, `,
  )
  const rows = await db.execute<ScoreSeries & Record<string, unknown>>(sql`
    select forecaster, json_agg(as_of order by as_of) as sessions,
      json_agg((figures ->> ${figure})::float8 order by as_of) as values
    from scores
    where ticker = ${symbol} and "window" = ${window} and forecaster in (${names})
      and (figures ->> 'n')::int >= ${SCORE_WINDOWS[0]}
    group by forecaster order by forecaster`)
  return [...rows]
}
