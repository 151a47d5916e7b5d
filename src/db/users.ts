import { asc, eq, sql } from 'drizzle-orm'
import type { Role } from '../domain/access.js'
import { apiTokens, sessions, users } from './accessSchema.js'
import type { Db } from './database.js'

export interface User {
  readonly name: string
  readonly role: Role
  readonly createdAt: Date
}

/** Everybody who can log in, by name. */
export const allUsers = (db: Db): Promise<User[]> =>
  db.select({ name: users.name, role: users.role, createdAt: users.createdAt }).from(users).orderBy(asc(users.name))

/** What a login is checked against. */
export const findUser = async (db: Db, name: string): Promise<{ role: Role; passwordHash: string } | undefined> =>
  (await db.select({ role: users.role, passwordHash: users.passwordHash }).from(users).where(eq(users.name, name)))[0]

/** Whether anybody could log in by now. */
export const hasUsers = async (db: Db): Promise<boolean> =>
  (await db.select({ name: users.name }).from(users).limit(1)).length > 0

/** Whether anybody could log in, or any program could show a token. */
export const hasAccounts = async (db: Db): Promise<boolean> =>
  (await hasUsers(db)) || (await db.select({ id: apiTokens.id }).from(apiTokens).limit(1)).length > 0

/** Adds a user. Returns false when there is one of that name. */
export async function addUser(db: Db, user: typeof users.$inferInsert): Promise<boolean> {
  const added = await db.insert(users).values(user).onConflictDoNothing().returning({ name: users.name })
  return added.length > 0
}

/** Sets a user's password and ends all their sessions. Returns false when there is no such user. */
export const changePassword = (db: Db, name: string, passwordHash: string): Promise<boolean> =>
  db.transaction(async (tx) => {
    const changed = await tx.update(users).set({ passwordHash }).where(eq(users.name, name)).returning({ one: sql`1` })
    await tx.delete(sessions).where(eq(sessions.user, name))
    return changed.length > 0
  })

/** Removes a user with their sessions and their links to feeds. Returns false when there is no such user. */
export const removeUser = (db: Db, name: string): Promise<boolean> =>
  db.transaction(async (tx) => {
    await tx.delete(apiTokens).where(eq(apiTokens.owner, name))
    return (await tx.delete(users).where(eq(users.name, name)).returning({ one: sql`1` })).length > 0
  })
