import { sql } from 'drizzle-orm'
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { RunLogLine, RunStatus, RunTrigger, TickerFacts, TickerProgress } from '../domain/run.js'

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const runs = pgTable(
  'runs',
  {
    id: uuid().primaryKey().default(sql`gen_random_uuid()`),
    trigger: text().$type<RunTrigger>().notNull(),
    /** The exchange whose schedule asked for it; null for a run asked for by hand. */
    exchange: text(),
    /** True when workers take its stages from the queue, false when the process that began it does them itself. */
    isQueued: boolean('is_queued').notNull().default(false),
    status: text().$type<RunStatus>().notNull(),
    /** One line a failed ticker. */
    error: text(),
    startedAt: moment('started_at').notNull().defaultNow(),
    heartbeatAt: moment('heartbeat_at').notNull().defaultNow(),
    finishedAt: moment('finished_at'),
    /** Set when somebody asked for its end; who works on it stops at the next sign of life. */
    cancelledAt: moment('cancelled_at'),
    /** A later run that found nothing new leaves no row of its own: it is counted here. */
    repeats: integer().notNull().default(0),
    lastRepeatAt: moment('last_repeat_at'),
  },
  (t) => [index('runs_started').on(t.startedAt)],
)

/** One ticker's part in a run. The symbol may be one that was never taken in, so it is no foreign key. */
export const runTickers = pgTable(
  'run_tickers',
  {
    runId: uuid('run_id')
      .notNull()
      .references(() => runs.id, { onDelete: 'cascade' }),
    ticker: text().notNull(),
    progress: jsonb().$type<TickerProgress>().notNull(),
    facts: jsonb().$type<TickerFacts>().notNull(),
    /** One line a stage, oldest first. */
    log: jsonb().$type<readonly RunLogLine[]>().notNull().default([]),
    finishedAt: moment('finished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.runId, t.ticker] }),
    index('run_tickers_unfinished').on(t.ticker).where(sql`${t.finishedAt} is null`),
  ],
)

/** The last moment of its exchange's schedule for which a ticker's work was enqueued: claimed by a conditional update. */
export const tickerDues = pgTable('ticker_dues', {
  ticker: text().primaryKey(),
  dueAt: moment('due_at').notNull(),
  /** How often it was enqueued for that moment. */
  asks: integer().notNull().default(1),
  /** When it is looked at again whether its session has come; null when nothing more is expected. */
  nextAskAt: moment('next_ask_at'),
})

/** Tickers that nobody works on until they are resumed. */
export const tickerPauses = pgTable('ticker_pauses', {
  ticker: text().primaryKey(),
  pausedAt: moment('paused_at').notNull().defaultNow(),
})

/** When the scheduled work of an exchange last ended well: what a missed run is told by. */
export const exchangeSuccesses = pgTable('exchange_successes', {
  exchange: text().primaryKey(),
  succeededAt: moment('succeeded_at').notNull(),
})

/** Moments of a schedule whose forecasts were not made in time. */
export const missedRuns = pgTable(
  'missed_runs',
  {
    exchange: text().notNull(),
    dueAt: moment('due_at').notNull(),
    /** Those that had no forecast when it was noticed. */
    tickers: text().array().notNull(),
    noticedAt: moment('noticed_at').notNull(),
    /** When all of them had one, or a later moment was missed in its place. */
    endedAt: moment('ended_at'),
  },
  (t) => [primaryKey({ columns: [t.exchange, t.dueAt] })],
)
