import { sql } from 'drizzle-orm'
import { customType, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' })

/**
 * Which transactions changed something that is shown, and what about. Triggers write it, which `watch_table` of the
 * migrations makes; nobody waits for anybody, as each transaction has rows of its own. Old rows go (changes.ts).
 */
export const changes = pgTable(
  'changes',
  {
    xid: xid8().notNull().default(sql`pg_current_xact_id()`),
    /** The symbol of a ticker; '' for what only pages of no ticker show, '*' for what any page may show. */
    about: text().notNull(),
    at: timestamp({ withTimezone: true, mode: 'date' }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.xid, t.about] })],
)
