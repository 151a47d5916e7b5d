import { date, doublePrecision, integer, pgTable, primaryKey, real, text, timestamp } from 'drizzle-orm/pg-core'

/**
 * What shaped a live forecast (src/domain/explanation.ts), one row each under the ledger's key, in single precision:
 * F features, S past sessions, oldest first. No part of the ledger: it can be made again from bars and weights.
 */
export const explanations = pgTable(
  'explanations',
  {
    ticker: text().notNull(),
    asOf: date('as_of').notNull(),
    target: date().notNull(),
    model: text().notNull(),
    dataHash: text('data_hash').notNull(),
    /** F */
    features: text().array().notNull(),
    values: real().array().notNull(),
    /** S */
    sessions: date().array().notNull(),
    /** Null in all of these where the model forecasts no width. */
    widthBaseline: doublePrecision('width_baseline'),
    widthOutput: doublePrecision('width_output'),
    widthResidual: doublePrecision('width_residual'),
    widthSteps: integer('width_steps'),
    widthFeatures: real('width_features').array(),
    widthSessions: real('width_sessions').array(),
    widthEarlier: real('width_earlier'),
    medianBaseline: doublePrecision('median_baseline').notNull(),
    medianOutput: doublePrecision('median_output').notNull(),
    medianResidual: doublePrecision('median_residual').notNull(),
    medianSteps: integer('median_steps').notNull(),
    medianFeatures: real('median_features').array().notNull(),
    medianSessions: real('median_sessions').array().notNull(),
    medianEarlier: real('median_earlier').notNull(),
    /** S */
    attention: real().array().notNull(),
    attentionEarlier: real('attention_earlier').notNull(),
    madeAt: timestamp('made_at', { withTimezone: true, mode: 'date' }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.ticker, t.asOf, t.target, t.model, t.dataHash] })],
)
