import { type SQL, sql } from 'drizzle-orm'
import type { Db } from './database.js'
import { barColumns, type HistoryPart, within } from './ledgerPages.js'
import { shownForecastColumns } from './overview.js'

type Part = Omit<HistoryPart, 'limit'> & { readonly forecaster?: string | undefined }

/** The bars of a part of a ticker's history as one string: while two readings are equal, so are the bars. */
export const barsVersion = (db: Db, symbol: string, part: Part): Promise<string> =>
  versionOf(db, [sql`select ${barColumns} from bars where ticker = ${symbol} and ${within(sql`session`, part)}`])

/** The same of a part of a ticker's ledger, and of what came of its forecasts. */
export const ledgerVersion = (db: Db, symbol: string, part: Part): Promise<string> =>
  versionOf(db, [
    sql`select ${shownForecastColumns}, data_hash from forecasts where ticker = ${symbol} and ${within(sql`as_of`, part)}
      and ${part.forecaster === undefined ? sql`true` : sql`forecaster = ${part.forecaster}`}`,
    sql`select as_of, session, return_pct from outcomes where ticker = ${symbol} and ${within(sql`as_of`, part)}`,
  ])

/** Rows are hashed where they lie, each by itself, and added up: in any order they come to the same. */
async function versionOf(db: Db, queries: readonly SQL[]): Promise<string> {
  const sums = queries.map(
    (query) => sql`(select count(*) || ':' || coalesce(sum(hash_record_extended(shown, 0)), 0) from (${query}) shown)`,
  )
  const [row] = await db.execute<{ version: string }>(sql`select concat_ws(' ', ${sql.join(sums, sql`, `)}) as version`)
  return row!.version
}
