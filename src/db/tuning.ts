import { arrayContains, desc, eq } from 'drizzle-orm'
import { candidatesOf, type ShownSearch, type Trial } from '../domain/tuning.js'
import type { Db } from './database.js'
import { tunedSettings, tuningSearches, tuningTrials } from './tuningSchema.js'

export type TuningSearch = typeof tuningSearches.$inferSelect
export type AppliedSetting = typeof tunedSettings.$inferSelect

/** The newest search of that request. */
export const latestSearchOf = async (db: Db, requestHash: string): Promise<TuningSearch | undefined> =>
  (
    await db
      .select()
      .from(tuningSearches)
      .where(eq(tuningSearches.requestHash, requestHash))
      .orderBy(desc(tuningSearches.startedAt))
      .limit(1)
  )[0]

/** A search, or the newest that looked at a ticker, with its trials and what the trainings of its tickers use now. */
export async function shownSearch(
  db: Db,
  by: { readonly id: string } | { readonly ticker: string },
): Promise<ShownSearch | undefined> {
  const [search] = await db
    .select()
    .from(tuningSearches)
    .where('id' in by ? eq(tuningSearches.id, by.id) : arrayContains(tuningSearches.tickers, [by.ticker]))
    .orderBy(desc(tuningSearches.startedAt))
    .limit(1)
  if (!search) return undefined
  const { id, request, cuts, startedAt, finishedAt } = search
  const candidates = candidatesOf(await trialsOf(db, id), request.tickers.length)
  const applied = await Promise.all(
    request.tickers.map(async (one) => [one, (await settingOf(db, one))?.name ?? null] as const),
  )
  return { id, request, cuts, startedAt, finishedAt, candidates, applied: Object.fromEntries(applied) }
}

/** Stores a search; one that is there stays. */
export async function beginSearch(db: Db, search: typeof tuningSearches.$inferInsert): Promise<void> {
  await db.insert(tuningSearches).values(search).onConflictDoNothing()
}

/** Marks a search as done to its end. */
export async function finishSearch(db: Db, id: string, finishedAt: Date): Promise<void> {
  await db.update(tuningSearches).set({ finishedAt }).where(eq(tuningSearches.id, id))
}

/** The trials of a search in the order of brackets, rungs and candidates. */
export async function trialsOf(db: Db, search: string): Promise<Trial[]> {
  const rows = await db
    .select()
    .from(tuningTrials)
    .where(eq(tuningTrials.search, search))
    .orderBy(desc(tuningTrials.bracket), tuningTrials.rung, tuningTrials.candidate, tuningTrials.ticker)
  return rows.map(({ search: _, madeAt: __, ...trial }) => trial)
}

/** Stores a trial; one that is there stays. */
export async function saveTrial(db: Db, search: string, trial: Trial, madeAt: Date): Promise<void> {
  await db
    .insert(tuningTrials)
    .values({ search, ...trial, madeAt })
    .onConflictDoNothing()
}

/** The setting that a ticker's trainings use; undefined where nothing but the default was ever applied. */
export async function settingOf(db: Db, ticker: string): Promise<AppliedSetting | undefined> {
  const [row] = await db
    .select()
    .from(tunedSettings)
    .where(eq(tunedSettings.ticker, ticker))
    .orderBy(desc(tunedSettings.id))
    .limit(1)
  return row
}

/** Lets later trainings of the tickers use a setting, or with null the default again. */
export async function applySetting(
  db: Db,
  tickers: readonly string[],
  applied: { readonly setting: NonNullable<AppliedSetting['setting']>; readonly name: string } | null,
  appliedAt: Date,
): Promise<void> {
  const { setting, name } = applied ?? { setting: null, name: null }
  await db.insert(tunedSettings).values(tickers.map((ticker) => ({ ticker, setting, name, appliedAt })))
}
