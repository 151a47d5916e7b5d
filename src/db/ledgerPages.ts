import { type SQL, sql } from 'drizzle-orm'
import type { ForecastOrigin } from '../domain/forecast.js'
import type { Db } from './database.js'
import { firstMade, type ShownForecast, shownForecastColumns } from './overview.js'

/** Which part of a ticker's history is read, newest first. */
export interface HistoryPart {
  /** Sessions from and up to these, both included. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly limit: number
}

export interface ExportedBar {
  readonly session: string
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly adjustedClose: number
  readonly volume: number
  readonly provider: string
}

/** Whether a column of sessions lies in that part. */
export const within = (column: SQL, { from, to }: Omit<HistoryPart, 'limit'>): SQL =>
  sql`${from === undefined ? sql`true` : sql`${column} >= ${from}`} and ${to === undefined ? sql`true` : sql`${column} <= ${to}`}`

/** Columns of `bars` under the names of `ExportedBar`. */
export const barColumns = sql`
  session, open, high, low, close, adjusted_close as "adjustedClose", volume, provider`

/** Bars of a ticker before session `before`, newest first, as they came from the provider. */
export async function barPage(db: Db, symbol: string, part: HistoryPart, before?: string): Promise<ExportedBar[]> {
  const rows = await db.execute<ExportedBar & Record<string, unknown>>(sql`
    select ${barColumns} from bars
    where ticker = ${symbol} and ${within(sql`session`, part)} and ${before === undefined ? sql`true` : sql`session < ${before}`}
    order by session desc limit ${part.limit}`)
  return [...rows]
}

/** A row of the ledger with what came of it. */
export interface LedgerEntry extends ShownForecast {
  readonly dataHash: string
  readonly session: string | null
  readonly returnPct: number | null
}

/** Where a page of the ledger ends: the newest rows first. */
export type LedgerCursor = readonly [asOf: string, target: string, model: string, dataHash: string]

export const ledgerCursor = ({ asOf, target, model, dataHash }: LedgerEntry): LedgerCursor => [
  asOf,
  target,
  model,
  dataHash,
]

/** The ledger of a ticker after that cursor, every row of it, those included that no longer count. */
export async function ledgerPage(
  db: Db,
  symbol: string,
  part: HistoryPart & { readonly forecaster?: string | undefined },
  after?: LedgerCursor,
): Promise<LedgerEntry[]> {
  const beyond = after
    ? sql`(as_of, target, model, data_hash) < (${sql.join(
        after.map((value) => sql`${value}`),
        sql`, `,
      )})`
    : sql`true`
  const rows = await db.execute<LedgerEntry & Record<string, unknown>>(sql`
    select f.*, o.session, o.return_pct as "returnPct"
    from (
      select ${shownForecastColumns}, data_hash as "dataHash" from forecasts
      where ticker = ${symbol} and ${within(sql`as_of`, part)} and ${beyond}
        and ${part.forecaster === undefined ? sql`true` : sql`forecaster = ${part.forecaster}`}
      order by as_of desc, target desc, model desc, data_hash desc limit ${part.limit}
    ) f
    left join outcomes o on o.ticker = ${symbol} and o.as_of = f."asOf"
    order by f."asOf" desc, f.target desc, f.model desc, f."dataHash" desc`)
  return rows.map((row) => ({ ...row, madeAt: new Date(row.madeAt).toISOString() }))
}

export interface ForecastError {
  readonly asOf: string
  readonly session: string
  readonly forecaster: string
  readonly origin: ForecastOrigin
  readonly mean: number
  readonly returnPct: number
  readonly error: number
  readonly inside80: boolean
  readonly inside95: boolean
}

/** Errors of the forecasts that count, one a forecaster and session, over the newest `limit` sessions before `before`. */
export async function errorPage(
  db: Db,
  symbol: string,
  part: HistoryPart & { readonly forecaster?: string | undefined },
  before?: string,
): Promise<ForecastError[]> {
  const rows = await db.execute<ForecastError & Record<string, unknown>>(sql`
    select distinct on (o.as_of, f.forecaster) o.as_of as "asOf", o.session, f.forecaster, f.origin, f.mean,
      o.return_pct as "returnPct", o.return_pct - f.mean as error,
      o.return_pct between f.quantiles[3] and f.quantiles[7] as inside80,
      o.return_pct between f.quantiles[1] and f.quantiles[9] as inside95
    from (
      select as_of, session, return_pct from outcomes
      where ticker = ${symbol} and ${within(sql`as_of`, part)} and ${before === undefined ? sql`true` : sql`as_of < ${before}`}
      order by as_of desc limit ${part.limit}
    ) o
    join forecasts f on f.ticker = ${symbol} and f.as_of = o.as_of
    where ${part.forecaster === undefined ? sql`true` : sql`f.forecaster = ${part.forecaster}`}
    order by o.as_of desc, f.forecaster, ${firstMade}`)
  return [...rows]
}
