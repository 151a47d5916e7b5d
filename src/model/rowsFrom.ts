import type { FeatureTable } from '../features/table.js'

/** The table without its first `rows` rows; copies, for views would carry all rows to another thread. */
export function rowsFrom(table: FeatureTable, rows: number): FeatureTable {
  return {
    ...table,
    sessions: table.sessions.slice(rows),
    values: table.values.slice(rows * table.names.length),
    returnPct: table.returnPct.slice(rows),
    targetPct: table.targetPct.slice(rows),
    scalePct: table.scalePct.slice(rows),
    ...(table.rangePct && { rangePct: table.rangePct.slice(rows) }),
  }
}
