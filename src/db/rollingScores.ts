import { sql } from 'drizzle-orm'
import type { Figures, ScoreWindow } from '../domain/score.js'
import { SCORE_WINDOWS } from '../domain/score.js'
import type { Db } from './database.js'
import type { NewestPart } from './tickerHistory.js'

/** One figure of one forecaster, as its window moves on; `sessions` and `values` run side by side, oldest first. */
export interface ScoreSeries {
  readonly forecaster: string
  readonly sessions: readonly string[]
  readonly values: readonly (number | null)[]
}

/**
 * How `figure` over `window` sessions moved for each of `forecasters`, from the session on that the smallest window fills;
 * of each only the newest part, where one is asked for.
 */
export async function scoreSeries(
  db: Db,
  symbol: string,
  window: ScoreWindow,
  figure: keyof Figures,
  forecasters: readonly string[],
  { newest, before }: Partial<NewestPart> = {},
): Promise<ScoreSeries[]> {
  if (forecasters.length === 0) return []
  const names = sql.join(
    forecasters.map((name) => sql`(${name})`),
    sql`, `,
  )
  const rows = await db.execute<ScoreSeries & Record<string, unknown>>(sql`
    select rival.forecaster, json_agg(as_of order by as_of) as sessions, json_agg(value order by as_of) as values
    from (values ${names}) rival(forecaster)
    cross join lateral (
      select as_of, (figures ->> ${figure})::float8 as value from scores
      where ticker = ${symbol} and forecaster = rival.forecaster and "window" = ${window}
        and (figures ->> 'n')::int >= ${SCORE_WINDOWS[0]} ${before === undefined ? sql`` : sql`and as_of < ${before}`}
      order by as_of desc ${newest === undefined ? sql`` : sql`limit ${newest}`}
    ) own
    group by rival.forecaster order by rival.forecaster`)
  return [...rows]
}
