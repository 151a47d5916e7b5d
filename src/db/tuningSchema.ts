import { doublePrecision, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { TunedSetting, TuningCut, TuningRequest } from '../domain/tuning.js'

const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Searches for better training settings. */
export const tuningSearches = pgTable(
  'tuning_searches',
  {
    /** Hash of request and cuts. */
    id: text().primaryKey(),
    /** Hash of the request alone. */
    requestHash: text('request_hash').notNull(),
    tickers: text().array().notNull(),
    request: jsonb().$type<TuningRequest>().notNull(),
    cuts: jsonb().$type<readonly TuningCut[]>().notNull(),
    startedAt: moment('started_at').notNull(),
    finishedAt: moment('finished_at'),
  },
  (t) => [index('tuning_searches_request').on(t.requestHash, t.startedAt)],
)

/** Every training of a search with its score; one that is there is not made again. */
export const tuningTrials = pgTable(
  'tuning_trials',
  {
    search: text()
      .notNull()
      .references(() => tuningSearches.id),
    bracket: integer().notNull(),
    rung: integer().notNull(),
    candidate: integer().notNull(),
    ticker: text().notNull(),
    setting: jsonb().$type<TunedSetting>().notNull(),
    epochs: integer().notNull(),
    bestEpoch: integer('best_epoch'),
    pinball: doublePrecision(),
    ewmaPinball: doublePrecision('ewma_pinball').notNull(),
    error: text(),
    seconds: doublePrecision().notNull(),
    madeAt: moment('made_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.search, t.bracket, t.rung, t.candidate, t.ticker] })],
)

/** Which setting trainings use from when on; the newest counts, and one without a setting means the default. */
export const tunedSettings = pgTable(
  'tuned_settings',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    ticker: text().notNull(),
    setting: jsonb().$type<TunedSetting & { readonly maxEpochs: number }>(),
    /** `search/candidate`, as it stands in the lineage of models. */
    name: text(),
    appliedAt: moment('applied_at').notNull(),
  },
  (t) => [index('tuned_settings_ticker').on(t.ticker, t.id)],
)
