import { and, asc, eq, gte, notInArray, sql } from 'drizzle-orm'
import type { CorporateAction } from '../domain/corporateAction.js'
import type { Db } from './database.js'
import { corporateActions } from './schema.js'

const { session, kind, value } = corporateActions

/** A ticker's splits and dividends from session `since` on, in session order. */
export const actionsOf = (db: Db, ticker: string, since = '0001-01-01'): Promise<CorporateAction[]> =>
  db
    .select({ session, kind, value })
    .from(corporateActions)
    .where(and(eq(corporateActions.ticker, ticker), gte(session, since)))
    .orderBy(asc(session), asc(kind))

/** Replaces what `provider` told of the sessions from `since` on; other providers' actions stay unless it names them too. */
export async function saveActions(
  db: Db,
  ticker: string,
  provider: string,
  told: readonly CorporateAction[],
  since: string,
  now: Date,
): Promise<void> {
  const own = and(
    eq(corporateActions.ticker, ticker),
    eq(corporateActions.provider, provider),
    gte(corporateActions.session, since),
  )
  const keys = told.map((action) => `${action.session} ${action.kind}`)
  const gone = keys.length > 0 ? and(own, notInArray(sql`${session}::text || ' ' || ${kind}`, keys)) : own
  await db.delete(corporateActions).where(gone)
  if (told.length === 0) return
  await db
    .insert(corporateActions)
    .values(told.map((action) => ({ ...action, ticker, provider, recordedAt: now })))
    .onConflictDoUpdate({
      target: [corporateActions.ticker, session, kind],
      set: { value: sql`excluded.value`, provider: sql`excluded.provider`, recordedAt: sql`excluded.recorded_at` },
      setWhere: sql`${value} <> excluded.value`,
    })
}
