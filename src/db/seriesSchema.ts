import {
  boolean,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import type { SeriesSource } from '../domain/series.js'

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Daily series beside prices, by command or configuration. */
export const series = pgTable('series', {
  name: text().primaryKey(),
  source: jsonb().$type<SeriesSource>().notNull(),
  timezone: text().notNull(),
  knownAtTime: text('known_at_time').notNull(),
  lagDays: integer('lag_days').notNull(),
  tickers: text().array().notNull(),
  /** Ending a series keeps its values: forecasts were made from them. */
  active: boolean().notNull().default(true),
  /** When its source was last read. */
  readAt: moment('read_at'),
  addedAt: moment('added_at').notNull().defaultNow(),
})

/**
 * Their values. Rows are only ever added: a revision has a later `knownAt`. `recordedAt` says when it came here, so that
 * what an earlier forecast was made from can be told apart from what arrived after it.
 */
export const seriesValues = pgTable(
  'series_values',
  {
    series: text()
      .notNull()
      .references(() => series.name),
    date: date().notNull(),
    value: doublePrecision().notNull(),
    knownAt: moment('known_at').notNull(),
    recordedAt: moment('recorded_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.series, t.date, t.knownAt] }),
    index('series_values_series_recorded').on(t.series, t.recordedAt),
  ],
)
