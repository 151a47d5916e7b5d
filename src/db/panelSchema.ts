import { customType, date, doublePrecision, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

/** Networks trained over all tickers, from which each ticker's own goes on. */
export const panels = pgTable('panels', {
  /** Hash of everything the training follows from: the same panel is trained once. */
  id: text().primaryKey(),
  /** It has seen outcomes of sessions before this day only. */
  before: date().notNull(),
  tickers: text().array().notNull(),
  options: jsonb().$type<Record<string, unknown>>().notNull(),
  parameters: integer().notNull(),
  epochs: integer().notNull(),
  validationLoss: doublePrecision('validation_loss').notNull(),
  seconds: doublePrecision().notNull(),
  weights: bytea().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'date' }).notNull(),
})
