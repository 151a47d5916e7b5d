import {
  bigserial,
  date,
  doublePrecision,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import type { Calibration } from '../domain/calibration.js'
import type { Drift, SuccessionCause, TrialOutcome, TrialTest } from '../domain/lifecycle.js'
import { models, tickers } from './schema.js'

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
const symbol = () =>
  text()
    .notNull()
    .references(() => tickers.symbol)

/** Which full training, with what was fine-tuned from it, serves a ticker: the newest row. Only ever added to. */
export const champions = pgTable(
  'champions',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    ticker: symbol(),
    lineage: text()
      .notNull()
      .references(() => models.id),
    cause: text().$type<SuccessionCause>().notNull(),
    /** In words a person reads. */
    reason: text().notNull(),
    since: moment('since').notNull(),
  },
  (t) => [index('champions_ticker').on(t.ticker, t.id)],
)

/** Full trainings that forecast beside the champion until they take over or are given up. */
export const trials = pgTable(
  'trials',
  {
    lineage: text()
      .primaryKey()
      .references(() => models.id),
    ticker: symbol(),
    /** As of the last session that was settled. */
    test: jsonb().$type<TrialTest>(),
    outcome: text().$type<TrialOutcome>(),
    reason: text(),
    beganAt: moment('began_at').notNull(),
    endedAt: moment('ended_at'),
  },
  (t) => [index('trials_ticker').on(t.ticker, t.beganAt)],
)

/** The challengers' part of the ledger: never served, and as append-only as the rest. */
export const trialForecasts = pgTable(
  'trial_forecasts',
  {
    ticker: symbol(),
    asOf: date('as_of').notNull(),
    target: date().notNull(),
    model: text().notNull(),
    dataHash: text('data_hash').notNull(),
    mean: doublePrecision().notNull(),
    quantiles: doublePrecision().array().notNull(),
    rawQuantiles: doublePrecision('raw_quantiles').array().notNull(),
    calibration: jsonb().$type<Calibration>().notNull(),
    runId: uuid('run_id'),
    madeAt: moment('made_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.ticker, t.asOf, t.target, t.model, t.dataHash] }),
    index('trial_forecasts_model_as_of').on(t.model, t.asOf),
  ],
)

/** What the drift test says of each ticker's served forecasts now. */
export const driftStates = pgTable('drift_states', {
  ticker: text()
    .primaryKey()
    .references(() => tickers.symbol),
  drift: jsonb().$type<Drift>().notNull(),
})
