import { and, asc, eq, gte, inArray, lte, ne, sql } from 'drizzle-orm'
import type { Db } from './database.js'
import { qualityFindings, qualityReports } from './schema.js'

export type QualityReport = Omit<typeof qualityReports.$inferInsert, 'ticker' | 'reportedAt'>
export type FindingRow = Omit<typeof qualityFindings.$inferSelect, 'ticker'>

const MISSING = 'missing_session'

/** Replaces the ticker's quality report when it says something new. */
export async function saveQualityReport(db: Db, ticker: string, report: QualityReport, now: Date): Promise<void> {
  await db
    .insert(qualityReports)
    .values({ ticker, ...report, reportedAt: now })
    .onConflictDoUpdate({ target: qualityReports.ticker, set: { ...report, reportedAt: now } })
}

/** Replaces the findings of the ticker's own bars from session `since` on. */
export async function saveFindings(db: Db, ticker: string, since: string, found: readonly FindingRow[]): Promise<void> {
  await db
    .delete(qualityFindings)
    .where(
      and(eq(qualityFindings.ticker, ticker), gte(qualityFindings.session, since), ne(qualityFindings.kind, MISSING)),
    )
  if (found.length > 0) await db.insert(qualityFindings).values(found.map((finding) => ({ ...finding, ticker })))
}

/** What stands out in a ticker's history, in session order. */
export const findingsOf = (db: Db, ticker: string): Promise<FindingRow[]> =>
  db
    .select({ session: qualityFindings.session, kind: qualityFindings.kind, value: qualityFindings.value })
    .from(qualityFindings)
    .where(eq(qualityFindings.ticker, ticker))
    .orderBy(asc(qualityFindings.session), asc(qualityFindings.kind))

/** With fewer tickers an exchange's calendar cannot be told from one ticker's gaps. */
const FEWEST_TICKERS = 3

/**
 * Finds, over the last `sessions` sessions of an exchange, those that a ticker lacks although most of the tickers that
 * were listed then have them, and stores them as findings. A day that most lack is a holiday.
 *
 * @returns the missing sessions; none where fewer than three tickers can be compared.
 */
export async function findMissingSessions(
  db: Db,
  exchange: string,
  sessions: number,
): Promise<{ ticker: string; session: string }[]> {
  const span = await exchangeSpan(db, exchange, sessions)
  if (!span) return []
  const missing = await db.execute<{ ticker: string; session: string }>(sql`
    with members as (
      select symbol, (select min(session) from bars where ticker = symbol) as first,
        (select max(session) from bars where ticker = symbol) as last
      from tickers where exchange = ${exchange} and active
    ), days as (
      select session, count(*) as seen from bars where session between ${span.first} and ${span.last}
        and ticker in (select symbol from members) group by session
    ), market as (
      select session, seen, (select count(*) from members where session between first and last) as listed from days
    )
    select symbol as ticker, session from members, market
    where listed >= ${FEWEST_TICKERS} and seen * 2 > listed and session > first and session < last
      and not exists (select from bars where ticker = symbol and bars.session = market.session)
    order by 1, 2`)
  const names = await db.execute<{ symbol: string }>(
    sql`select symbol from tickers where exchange = ${exchange} and active`,
  )
  await replaceMissing(
    db,
    names.map(({ symbol }) => symbol),
    span,
    [...missing],
  )
  return [...missing]
}

interface Span {
  readonly first: string
  readonly last: string
}

async function exchangeSpan(db: Db, exchange: string, sessions: number): Promise<Span | undefined> {
  const days = Math.ceil((sessions * 7) / 5)
  const [span] = await db.execute<{ first: string | null; last: string | null }>(sql`
    select max(last) - ${days}::int as first, max(last) as last
    from (select (select max(session) from bars where ticker = symbol) as last
      from tickers where exchange = ${exchange} and active) newest`)
  return span?.first && span.last ? { first: span.first, last: span.last } : undefined
}

const replaceMissing = (
  db: Db,
  tickers: readonly string[],
  { first, last }: Span,
  missing: readonly { ticker: string; session: string }[],
): Promise<void> =>
  db.transaction(async (tx) => {
    await tx
      .delete(qualityFindings)
      .where(
        and(
          inArray(qualityFindings.ticker, [...tickers]),
          eq(qualityFindings.kind, MISSING),
          gte(qualityFindings.session, first),
          lte(qualityFindings.session, last),
        ),
      )
    if (missing.length > 0)
      await tx.insert(qualityFindings).values(missing.map((row) => ({ ...row, kind: MISSING, value: 1 })))
  })

/** By ticker, how many sessions of its exchange came after its last bar; only tickers that are behind. */
export async function staleTickers(db: Db): Promise<Map<string, number>> {
  const rows = await db.execute<{ symbol: string; behind: number }>(sql`
    with newest as (
      select symbol, exchange, (select max(session) from bars where ticker = symbol) as last from tickers where active
    )
    select own.symbol, (
      select count(distinct bars.session)::int from newest other
      join bars on bars.ticker = other.symbol and bars.session > own.last where other.exchange = own.exchange
    ) as behind
    from newest own
    where own.last < (select max(last) from newest other where other.exchange = own.exchange)`)
  return new Map(rows.map(({ symbol, behind }) => [symbol, behind]))
}
