import type { Db } from '../db/database.js'
import { latestRun } from '../db/latestRun.js'
import { type OverviewRow, overviewRows } from '../db/overview.js'
import { recentCloses } from '../db/recentCloses.js'
import type { RunRow } from '../db/runs.js'
import type { Figures } from '../domain/score.js'
import { type Axis, axisFor } from './axis.js'
import { earliest } from './cache/shows.js'
import { type Freshness, freshnessOf, silentFrom, turnsAt } from './freshness.js'
import { isWanted, sortedRows } from './overviewOrder.js'
import type { OverviewQuery } from './query.js'
import { MODEL } from './routes.js'

/** Sessions of the record that stands beside each forecast. */
export const RECORD_WINDOW = 60
const SPARK_SESSIONS = 30
const ROWS_PER_PAGE = 50

export interface ShownRow extends OverviewRow {
  readonly freshness: Freshness
  readonly model: Figures | undefined
  /** The baseline that the model's figures stand beside: the strongest one. */
  readonly rival: { readonly name: string; readonly figures: Figures } | undefined
}

/** All that the overview shows, filtered and sorted as asked. */
export interface OverviewView {
  /** Every ticker that is followed, by symbol. */
  readonly all: readonly ShownRow[]
  /** Those of the page that is shown. */
  readonly rows: readonly ShownRow[]
  /** How many match the filter. */
  readonly matches: number
  readonly pages: number
  /** Last closes of the rows that are shown, by symbol. */
  readonly closes: ReadonlyMap<string, readonly number[]>
  readonly run: RunRow | undefined
  readonly query: OverviewQuery
  readonly axis: Axis
  readonly now: Date
  /** When it looks different by the clock alone. */
  readonly until: Date | undefined
  /** Whether runs may be started and cancelled from this page. */
  readonly mayRun: boolean
}

/** Every ticker that is followed, and those among them that are asked for, in the order that is asked for. */
export async function orderedRows(db: Db, query: Omit<OverviewQuery, 'page'>, now: Date) {
  const [read, run] = await Promise.all([overviewRows(db, MODEL, RECORD_WINDOW), latestRun(db)])
  const all = read.map((row) => shownRow(row, run, now))
  const matching = sortedRows(
    all.filter((row) => isWanted(row, query)),
    query,
  )
  const alike = new Map(read.map((row) => [`${row.timezone} ${row.forecast?.target}`, row]))
  const turns = [...alike.values()].map((row) => turnsAt(row, now))
  return { all, matching, run, until: earliest([silentFrom(run), ...turns]) }
}

/** Reads and arranges the overview. */
export async function overviewView(db: Db, query: OverviewQuery, now: Date, mayRun: boolean): Promise<OverviewView> {
  const { all, matching, run, until } = await orderedRows(db, query, now)
  const pages = Math.max(1, Math.ceil(matching.length / ROWS_PER_PAGE))
  const page = Math.min(query.page, pages)
  const rows = matching.slice((page - 1) * ROWS_PER_PAGE, page * ROWS_PER_PAGE)
  const symbols = rows.map(({ symbol }) => symbol)
  return {
    ...{ all, rows, matches: matching.length, pages, run, now, until, mayRun },
    query: { ...query, page },
    closes: await recentCloses(db, symbols, SPARK_SESSIONS),
    axis: axisFor(matching.flatMap(({ forecast }) => forecast?.quantiles ?? [])),
  }
}

const shownRow = (row: OverviewRow, run: RunRow | undefined, now: Date): ShownRow => ({
  ...row,
  freshness: freshnessOf(row, run, now),
  model: row.figures[MODEL],
  rival: strongestRival(row),
})

function strongestRival({ figures, verdict }: OverviewRow): ShownRow['rival'] {
  const rivals = Object.entries(figures).filter(([name]) => name !== MODEL)
  const named = rivals.find(([name]) => name === verdict?.strongestBaseline)
  const best = named ?? rivals.sort(([, a], [, b]) => a.pinball - b.pinball)[0]
  return best && { name: best[0], figures: best[1] }
}
