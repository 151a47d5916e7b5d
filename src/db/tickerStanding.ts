import { sql } from 'drizzle-orm'
import type { Drift, SuccessionCause, TrialTest } from '../domain/lifecycle.js'
import type { Db } from './database.js'

/** Who serves a ticker, who wants to, and whether the forecasts still fit. Moments in ISO 8601. */
export interface TickerStanding {
  readonly champion: { readonly cause: SuccessionCause; readonly reason: string; readonly since: string } | null
  /** Trials that go on, the newest first. */
  readonly trials: readonly { readonly lineage: string; readonly beganAt: string; readonly test: TrialTest | null }[]
  readonly drift: Drift | null
}

/** The standing of a ticker's models, in one reading. */
export async function tickerStanding(db: Db, ticker: string): Promise<TickerStanding> {
  const [row] = await db.execute<TickerStanding & Record<string, unknown>>(sql`
    select
      (select json_build_object('cause', cause, 'reason', reason, 'since', since)
        from champions where ticker = ${ticker} order by id desc limit 1) as champion,
      (select coalesce(json_agg(json_build_object('lineage', lineage, 'beganAt', began_at, 'test', test)
          order by began_at desc, lineage desc), '[]')
        from trials where ticker = ${ticker} and ended_at is null) as trials,
      (select drift from drift_states where ticker = ${ticker}) as drift`)
  return row!
}
