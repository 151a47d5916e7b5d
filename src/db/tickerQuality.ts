import { sql } from 'drizzle-orm'
import type { Db } from './database.js'
import type { FindingRow } from './quality.js'
import type { SourceState } from './sourceStates.js'
import type { QualityRecord } from './tickerRecord.js'

/** What is known of the data of a ticker. */
export interface TickerQuality {
  /** What ingest refused and which splits it found, as last reported; null before it read anything. */
  readonly report: Omit<QualityRecord, 'ticker'> | null
  /** What stands out in the bars, in session order. */
  readonly findings: readonly FindingRow[]
  /** Who has served them. */
  readonly sources: readonly Pick<SourceState, 'provider' | 'servedAt' | 'filledAt'>[]
}

type Told<T, Moments extends keyof T> = Omit<T, Moments> & { readonly [K in Moments]: string }
interface Row extends Record<string, unknown> {
  readonly report: Told<NonNullable<TickerQuality['report']>, 'reportedAt'> | null
  readonly findings: TickerQuality['findings']
  readonly sources: readonly { provider: string; servedAt: string; filledAt: string | null }[]
}

/** All of it in one reading. */
export async function tickerQuality(db: Db, ticker: string): Promise<TickerQuality> {
  const [row] = await db.execute<Row>(sql`
    select
      (select json_build_object('refused', refused, 'splits', splits, 'reportedAt', reported_at)
        from quality_reports where ticker = ${ticker}) as report,
      (select coalesce(json_agg(json_build_object('session', session, 'kind', kind, 'value', value)
          order by session, kind), '[]')
        from quality_findings where ticker = ${ticker}) as findings,
      (select coalesce(json_agg(json_build_object('provider', provider, 'servedAt', served_at, 'filledAt', filled_at)
          order by provider), '[]')
        from source_states where ticker = ${ticker}) as sources`)
  const { report, findings, sources } = row!
  return {
    report: report && { ...report, reportedAt: new Date(report.reportedAt) },
    findings,
    sources: sources.map(({ provider, servedAt, filledAt }) => ({
      ...{ provider, servedAt: new Date(servedAt) },
      filledAt: filledAt === null ? null : new Date(filledAt),
    })),
  }
}
