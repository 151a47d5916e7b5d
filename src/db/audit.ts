import { asc, eq, sql } from 'drizzle-orm'
import type { Forecast } from '../domain/forecast.js'
import type { Db } from './database.js'
import type { ModelRow } from './models.js'
import { barRevisions, models } from './schema.js'

/** A row of the ledger with what tells how it was made. */
export interface LedgerRow
  extends Pick<
    Forecast,
    'ticker' | 'asOf' | 'forecaster' | 'model' | 'dataHash' | 'origin' | 'rawQuantiles' | 'calibration'
  > {
  readonly mean: number
  readonly quantiles: readonly number[]
  readonly madeAt: Date
  /** First session forecast by the same run in the same way: what baselines of a backtest were fitted up to. */
  readonly firstAsOf: string
}

/** Under this name the audit shows forecasts that were made on trial. */
const CHALLENGER = 'challenger'

/** Every forecast of a ticker, served or on trial, or those of its last sessions, in session order. */
export async function ledgerRows(db: Db, ticker: string, last?: number): Promise<LedgerRow[]> {
  const rows = await db.execute<Omit<LedgerRow, 'madeAt'> & { madeAt: string; rank: string }>(sql`
    select *, min("asOf") over (partition by run_id, origin) as "firstAsOf", dense_rank() over (order by "asOf" desc) as rank
    from (
      select ticker, as_of as "asOf", forecaster, model, data_hash as "dataHash", origin, mean, quantiles,
        raw_quantiles as "rawQuantiles", calibration, run_id, made_at as "madeAt"
      from forecasts where ticker = ${ticker}
      union all
      select ticker, as_of, ${CHALLENGER}, model, data_hash, 'live', mean, quantiles, raw_quantiles, calibration, run_id, made_at
      from trial_forecasts where ticker = ${ticker}
    ) said
    order by "asOf", forecaster, "madeAt"`)
  return rows
    .filter(({ rank }) => last === undefined || Number(rank) <= last)
    .map(({ rank: _, madeAt, ...row }) => ({ ...row, madeAt: new Date(madeAt) }))
}

export interface BarRevision {
  readonly session: string
  /** What the bar said until `revisedAt`. */
  readonly earlier: Record<string, unknown>
  readonly revisedAt: Date
}

/** Every correction of a ticker's bars, the earliest first. */
export const revisionsOf = (db: Db, ticker: string): Promise<BarRevision[]> =>
  db
    .select({ session: barRevisions.session, earlier: barRevisions.earlier, revisedAt: barRevisions.revisedAt })
    .from(barRevisions)
    .where(eq(barRevisions.ticker, ticker))
    .orderBy(asc(barRevisions.revisedAt), asc(barRevisions.id))

/** The model of that id, weights included. */
export const findModel = async (db: Db, id: string): Promise<ModelRow | undefined> =>
  (await db.select().from(models).where(eq(models.id, id)))[0]
