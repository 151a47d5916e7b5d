import type postgres from 'postgres'

const TABLES = [
  'tickers',
  'bars',
  'bar_revisions',
  'models',
  'forecasts',
  'outcomes',
  'scores',
  'verdicts',
  'runs',
  'quality_reports',
] as const

/** Rows of every table. */
export async function countRows(sql: postgres.Sql): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of TABLES) counts[table] = (await sql`select count(*)::int as n from ${sql(table)}`)[0]!.n
  return counts
}
