import { sql } from 'drizzle-orm'
import { type Figures, SCORE_WINDOWS, type ScoreWindow, type Verdict } from '../domain/score.js'
import type { Db } from './database.js'
import { verdictColumns } from './overview.js'
import { scores, verdicts } from './schema.js'

/** Figures of a forecaster over a window of settled forecasts that ends with that of `asOf`. */
export interface ScoreRow {
  readonly forecaster: string
  readonly window: ScoreWindow
  readonly asOf: string
  readonly figures: Figures
}

const CHUNK = 5_000

/** Stores rolling figures; a row that is already there keeps its value. */
export async function saveScores(db: Db, ticker: string, rows: readonly ScoreRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += CHUNK)
    await db
      .insert(scores)
      .values(rows.slice(from, from + CHUNK).map((row) => ({ ...row, ticker })))
      .onConflictDoNothing()
}

/** Stores what may be said of a forecaster as of its last settled session. */
export async function saveVerdict(db: Db, verdict: Verdict): Promise<void> {
  await db.insert(verdicts).values(verdict).onConflictDoNothing()
}

/** The newest figures of every forecaster that has spoken after session `asOf`, in those windows, by name and window. */
export async function latestScores(
  db: Db,
  symbol: string,
  asOf: string,
  windows: readonly ScoreWindow[] = SCORE_WINDOWS,
): Promise<ScoreRow[]> {
  const wanted = windows.map((window) => sql`(${sql.raw(String(window))})`)
  const rows = await db.execute<ScoreRow & Record<string, unknown>>(sql`
    select rival.forecaster, w."window", newest.as_of as "asOf", newest.figures
    from (select distinct forecaster from forecasts where ticker = ${symbol} and as_of = ${asOf}) rival
    cross join (values ${sql.join(wanted, sql`, `)}) w("window")
    cross join lateral (
      select as_of, figures from scores
      where ticker = ${symbol} and forecaster = rival.forecaster and "window" = w."window"
      order by as_of desc limit 1
    ) newest
    order by rival.forecaster, w."window"`)
  return [...rows]
}

/** The newest verdict on a forecaster of a ticker. */
export const latestVerdict = async (db: Db, ticker: string, forecaster: string): Promise<Verdict | undefined> =>
  (
    await db.execute<Verdict & Record<string, unknown>>(sql`
      select ${verdictColumns} from verdicts
      where ticker = ${ticker} and forecaster = ${forecaster} order by as_of desc limit 1`)
  )[0]
