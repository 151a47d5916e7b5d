import { desc, eq, sql } from 'drizzle-orm'
import type { Protocol } from '../domain/evaluation.js'
import type { KeptReport, Provenance } from '../domain/evaluationReport.js'
import type { Db } from './database.js'
import { evaluationReports } from './schema.js'

/** Stores a report; the same one made again replaces the earlier. */
export async function saveEvaluationReport(db: Db, row: typeof evaluationReports.$inferInsert): Promise<void> {
  const { id: _, ...made } = row
  await db.insert(evaluationReports).values(row).onConflictDoUpdate({ target: evaluationReports.id, set: made })
}

/** What a list says of a report. */
export interface ListedReport {
  readonly id: string
  readonly protocol: Protocol
  readonly provenance: Provenance
  readonly tickers: readonly string[]
  /** Trained models, each once. */
  readonly models: readonly string[]
  readonly createdAt: Date
}

/** The newest `limit` reports, newest first. */
export async function listedReports(db: Db, limit: number): Promise<ListedReport[]> {
  const { report, id, createdAt } = evaluationReports
  return db
    .select({
      ...{ id, createdAt },
      protocol: sql<Protocol>`${report} ->> 'protocol'`,
      provenance: sql<Provenance>`${report} -> 'provenance'`,
      tickers: sql<string[]>`jsonb_path_query_array(${report}, '$.tickers[*].ticker')`,
      models: sql<
        string[]
      >`array(select distinct jsonb_path_query(${report}, '$.tickers[*].models[*] ? (@.trained == true).model') #>> '{}')`,
    })
    .from(evaluationReports)
    .orderBy(desc(createdAt))
    .limit(limit)
}

/** The report of that id, with its sentences. */
export const findReport = async (db: Db, id: string): Promise<{ report: KeptReport; createdAt: Date } | undefined> =>
  (
    await db
      .select({ report: evaluationReports.report, createdAt: evaluationReports.createdAt })
      .from(evaluationReports)
      .where(eq(evaluationReports.id, id))
  )[0]

/** The report as the file that `mambacast evaluate --report` writes. */
export const findReportFile = async (db: Db, id: string, kind: 'html' | 'csv'): Promise<string | undefined> =>
  (await db.select({ text: evaluationReports[kind] }).from(evaluationReports).where(eq(evaluationReports.id, id)))[0]
    ?.text
