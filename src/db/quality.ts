import type { Db } from './database.js'
import { qualityReports } from './schema.js'

export type QualityReport = Omit<typeof qualityReports.$inferInsert, 'ticker' | 'reportedAt'>

/** Replaces the ticker's quality report when it says something new. */
export async function saveQualityReport(db: Db, ticker: string, report: QualityReport, now: Date): Promise<void> {
  await db
    .insert(qualityReports)
    .values({ ticker, ...report, reportedAt: now })
    .onConflictDoUpdate({ target: qualityReports.ticker, set: { ...report, reportedAt: now } })
}
