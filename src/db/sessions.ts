import { and, eq, gt, lte } from 'drizzle-orm'
import type { Role } from '../domain/access.js'
import { sessions, users } from './accessSchema.js'
import type { Db } from './database.js'

/** Begins a session, and forgets those that are over. */
export async function beginSession(db: Db, session: typeof sessions.$inferInsert): Promise<void> {
  await db.delete(sessions).where(lte(sessions.expiresAt, session.createdAt))
  await db.insert(sessions).values(session)
}

/** Whose session that is, with the role they have now; undefined when it is unknown or over. */
export const sessionUser = async (
  db: Db,
  idHash: string,
  now: Date,
): Promise<{ name: string; role: Role } | undefined> =>
  (
    await db
      .select({ name: users.name, role: users.role })
      .from(sessions)
      .innerJoin(users, eq(users.name, sessions.user))
      .where(and(eq(sessions.idHash, idHash), gt(sessions.expiresAt, now)))
  )[0]

/** Ends a session, if there is one. */
export async function endSession(db: Db, idHash: string): Promise<void> {
  await db.delete(sessions).where(eq(sessions.idHash, idHash))
}
