import { sql } from 'drizzle-orm'
import type { Db } from './database.js'

/** What was seen, and of which server. */
export interface Seen {
  /** As dataVersion.ts reads it. */
  readonly snapshot: string
  /** Another one after a restart or where the schema was made anew: what was seen before says nothing then. */
  readonly server: string
}

export interface Changes {
  readonly seen: Seen
  /** What has changed: symbols of tickers, '' and '*' as in changeSchema.ts. Null where nobody can tell: anything may have. */
  readonly about: readonly string[] | null
}

/** How long a change can be asked for. */
const KEPT = sql`interval '1 hour'`

/**
 * What has been committed since `earlier` that any page shows, in whatever order transactions began and ended: those that
 * are visible now and were not then.
 *
 * Source: PostgreSQL manual, "Transaction ID and Snapshot Information Functions".
 */
export async function changesSince(db: Db, earlier: Seen | undefined): Promise<Changes> {
  const then = sql`${earlier?.snapshot ?? null}::pg_snapshot`
  const [row] = await db.execute<{ snapshot: string; server: string; isKnown: boolean; about: string[] }>(sql`
    select pg_current_snapshot()::text as snapshot,
      pg_postmaster_start_time()::text || ' ' || 'changes'::regclass::oid as server,
      coalesce((select xid from changes order by xid limit 1) < pg_snapshot_xmin(${then}), false) as "isKnown",
      array(
        select distinct about from changes
        where xid >= pg_snapshot_xmin(${then}) and not pg_visible_in_snapshot(xid, ${then})
      ) as about`)
  const { snapshot, server, isKnown, about } = row!
  return { seen: { snapshot, server }, about: isKnown && server === earlier?.server ? about : null }
}

/**
 * Forgets changes that are older than an hour, those of the lowest transactions first, and keeps one of them: whoever has
 * seen that one has seen all that went. Transactions to come are those of a server whose backup was restored here.
 */
export async function purgeChanges(db: Db): Promise<void> {
  await db.execute(sql`
    delete from changes where xid >= pg_snapshot_xmax(pg_current_snapshot()) or xid < (
      select xid from changes where at < now() - ${KEPT} and xid < pg_snapshot_xmin(pg_current_snapshot())
      order by xid desc limit 1
    )`)
}
