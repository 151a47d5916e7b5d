import { sql } from 'drizzle-orm'
import type { Db } from './database.js'

/**
 * What a statement begun now would see, as one string: while two readings are equal, no transaction that writes has ended
 * in between, whichever process began it. Writes to other databases of the same server change it too.
 *
 * Source: PostgreSQL manual, "Transaction ID and Snapshot Information Functions".
 */
export async function dataVersion(db: Db): Promise<string> {
  const [row] = await db.execute<{ version: string }>(sql`select pg_current_snapshot()::text as version`)
  return row!.version
}
