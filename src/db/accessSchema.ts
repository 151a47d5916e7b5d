import { index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { Role, TokenScope } from '../domain/access.js'

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const users = pgTable('users', {
  name: text().primaryKey(),
  role: text().$type<Role>().notNull(),
  /** scrypt with its parameters and salt (src/web/access/password.ts). */
  passwordHash: text('password_hash').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
})

/** Who is logged in. The id itself is known to one browser only. */
export const sessions = pgTable(
  'sessions',
  {
    /** SHA-256 of the id in the cookie. */
    idHash: text('id_hash').primaryKey(),
    user: text('user_name')
      .notNull()
      .references(() => users.name, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (t) => [index('sessions_user').on(t.user), index('sessions_expires').on(t.expiresAt)],
)

export const apiTokens = pgTable('api_tokens', {
  id: uuid().primaryKey().defaultRandom(),
  name: text().notNull(),
  /** Who made it for themselves, on the page of feeds; null where the command line did. */
  owner: text(),
  /** SHA-256 of the token, which is shown once. */
  tokenHash: text('token_hash').notNull().unique(),
  scopes: text().array().$type<TokenScope[]>().notNull(),
  createdAt: moment('created_at').notNull(),
  expiresAt: moment('expires_at'),
})

/** Failed logins of a name or from an address, until `resetsAt`. */
export const loginFailures = pgTable(
  'login_failures',
  {
    key: text().primaryKey(),
    failures: integer().notNull(),
    resetsAt: moment('resets_at').notNull(),
  },
  (t) => [index('login_failures_resets').on(t.resetsAt)],
)
