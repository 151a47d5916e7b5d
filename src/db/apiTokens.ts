import { and, asc, eq, getTableColumns, gt, isNull, or, sql } from 'drizzle-orm'
import type { TokenScope } from '../domain/access.js'
import { apiTokens } from './accessSchema.js'
import type { Db } from './database.js'

const { tokenHash: _, ...shown } = getTableColumns(apiTokens)

/** A token as it may be listed: without anything that could be used. */
export type ApiToken = Omit<typeof apiTokens.$inferSelect, 'tokenHash'>

/** All tokens, the oldest first. */
export const allTokens = (db: Db): Promise<ApiToken[]> =>
  db.select(shown).from(apiTokens).orderBy(asc(apiTokens.createdAt), asc(apiTokens.id))

/** The token of that hash; undefined when it is unknown or has expired. */
export const findToken = async (
  db: Db,
  tokenHash: string,
  now: Date,
): Promise<{ name: string; scopes: TokenScope[] } | undefined> =>
  (
    await db
      .select({ name: apiTokens.name, scopes: apiTokens.scopes })
      .from(apiTokens)
      .where(and(eq(apiTokens.tokenHash, tokenHash), or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, now))))
  )[0]

/** The tokens that somebody made for themselves, the oldest first. */
export const tokensOf = (db: Db, owner: string): Promise<ApiToken[]> =>
  db
    .select(shown)
    .from(apiTokens)
    .where(eq(apiTokens.owner, owner))
    .orderBy(asc(apiTokens.createdAt), asc(apiTokens.id))

/** Adds a token; returns its id. */
export const addToken = async (db: Db, token: typeof apiTokens.$inferInsert): Promise<string> =>
  (await db.insert(apiTokens).values(token).returning({ id: apiTokens.id }))[0]!.id

/** Revokes a token. Returns false when there is none of that id. @param owner Only one that they made. */
export const removeToken = async (db: Db, id: string, owner?: string): Promise<boolean> => {
  const theirs = owner === undefined ? undefined : eq(apiTokens.owner, owner)
  return (
    (
      await db
        .delete(apiTokens)
        .where(and(eq(apiTokens.id, id), theirs))
        .returning({ one: sql`1` })
    ).length > 0
  )
}
