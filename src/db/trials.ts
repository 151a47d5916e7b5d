import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import type { TrialOutcome, TrialTest } from '../domain/lifecycle.js'
import type { Db } from './database.js'
import { trialForecasts, trials } from './lifecycleSchema.js'

export type TrialRow = typeof trials.$inferSelect
export type TrialForecast = Omit<typeof trialForecasts.$inferInsert, 'runId' | 'madeAt'>

/** Trials of a ticker that go on, the newest first. */
export const openTrials = (db: Db, ticker: string): Promise<TrialRow[]> =>
  db
    .select()
    .from(trials)
    .where(and(eq(trials.ticker, ticker), isNull(trials.endedAt)))
    .orderBy(desc(trials.beganAt), desc(trials.lineage))

/** Puts a full training on trial, once in its life. */
export async function beginTrial(db: Db, trial: { ticker: string; lineage: string }, now: Date): Promise<void> {
  await db
    .insert(trials)
    .values({ ...trial, beganAt: now })
    .onConflictDoNothing()
}

/** Ends a trial that goes on. */
export async function endTrial(
  db: Db,
  lineage: string,
  end: { outcome: TrialOutcome; reason: string },
  now: Date,
): Promise<void> {
  await db
    .update(trials)
    .set({ ...end, endedAt: now })
    .where(and(eq(trials.lineage, lineage), isNull(trials.endedAt)))
}

/** Stores how a trial stands. */
export async function saveTrialTest(db: Db, lineage: string, test: TrialTest): Promise<void> {
  await db.update(trials).set({ test }).where(eq(trials.lineage, lineage))
}

/** Adds to the challengers' ledger what it does not hold yet. */
export async function appendTrialForecasts(
  db: Db,
  rows: readonly TrialForecast[],
  runId: string | null,
  madeAt: Date,
): Promise<void> {
  if (rows.length === 0) return
  await db
    .insert(trialForecasts)
    .values(rows.map((row) => ({ ...row, runId, madeAt })))
    .onConflictDoNothing()
}

export interface SettledTrial {
  readonly asOf: string
  /** Quantiles in percent. */
  readonly challenger: readonly number[]
  readonly served: readonly number[]
  readonly returnPct: number
}

/** Sessions that a challenger and the served model both forecast and that are settled, in order; the first word counts. */
export async function settledTrial(db: Db, lineage: string, forecaster: string): Promise<SettledTrial[]> {
  const rows = await db.execute<SettledTrial & Record<string, unknown>>(sql`
    select distinct on (t.as_of) t.as_of as "asOf", t.quantiles as challenger, f.quantiles as served,
      o.return_pct as "returnPct"
    from trial_forecasts t
    join outcomes o on o.ticker = t.ticker and o.as_of = t.as_of
    join forecasts f on f.ticker = t.ticker and f.as_of = t.as_of and f.forecaster = ${forecaster} and f.origin = 'live'
    where t.model = ${lineage}
    order by t.as_of, t.made_at, f.made_at`)
  return [...rows]
}
