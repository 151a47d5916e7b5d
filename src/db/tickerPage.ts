import { and, asc, eq, getTableColumns, gt, isNotNull } from 'drizzle-orm'
import type { Db } from './database.js'
import { tickerPauses } from './runSchema.js'
import { tickers } from './schema.js'

const columns = { ...getTableColumns(tickers), isPaused: isNotNull(tickerPauses.ticker).mapWith(Boolean) }

export type ListedTicker = typeof tickers.$inferSelect & { readonly isPaused: boolean }

/** At most `limit` tickers by symbol, those after `after`; with `active`, only those that are, or are not, followed. */
export const tickerPage = (
  db: Db,
  { after, limit, active }: { after?: string | undefined; limit: number; active?: boolean | undefined },
): Promise<ListedTicker[]> =>
  db
    .select(columns)
    .from(tickers)
    .leftJoin(tickerPauses, eq(tickerPauses.ticker, tickers.symbol))
    .where(
      and(
        after === undefined ? undefined : gt(tickers.symbol, after),
        active === undefined ? undefined : eq(tickers.active, active),
      ),
    )
    .orderBy(asc(tickers.symbol))
    .limit(limit)

/** The ticker of that symbol as it is listed. */
export const listedTicker = async (db: Db, symbol: string): Promise<ListedTicker | undefined> =>
  (
    await db
      .select(columns)
      .from(tickers)
      .leftJoin(tickerPauses, eq(tickerPauses.ticker, tickers.symbol))
      .where(eq(tickers.symbol, symbol))
  )[0]
