import { and, eq, sql } from 'drizzle-orm'
import type { Figures, ScoreWindow, Verdict } from '../domain/score.js'
import type { Db } from './database.js'
import { scores, verdicts } from './schema.js'

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

/** The newest figures of every forecaster of a ticker over a window. */
export const latestScores = (db: Db, ticker: string, window: ScoreWindow): Promise<ScoreRow[]> =>
  db
    .selectDistinctOn([scores.forecaster])
    .from(scores)
    .where(and(eq(scores.ticker, ticker), eq(scores.window, window)))
    .orderBy(scores.forecaster, sql`${scores.asOf} desc`)

/** The newest verdict on a forecaster of a ticker. */
export const latestVerdict = async (db: Db, ticker: string, forecaster: string): Promise<Verdict | undefined> =>
  (
    await db
      .select()
      .from(verdicts)
      .where(and(eq(verdicts.ticker, ticker), eq(verdicts.forecaster, forecaster)))
      .orderBy(sql`${verdicts.asOf} desc`)
      .limit(1)
  )[0]
