import { customType, doublePrecision, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { ForecastOrigin } from '../domain/forecast.js'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

interface BestEpoch {
  readonly epoch: number
  readonly maxEpochs: number
  readonly trainLoss: number
  readonly validationLoss: number
}

/** Trainings under way as they were last kept: whoever takes one up goes on from there. A row goes when its training ends. */
export const trainingStates = pgTable(
  'training_states',
  {
    ticker: text().notNull(),
    purpose: text().$type<ForecastOrigin>().notNull(),
    /** Hash of everything the training follows from: another one begins anew. */
    training: text().notNull(),
    /** The epoch that comes next. */
    epoch: integer().notNull(),
    best: jsonb().$type<BestEpoch>().notNull(),
    backend: text().notNull(),
    seconds: doublePrecision().notNull(),
    /** float32, little-endian, (4, parameters): weights, Adam's m and v, best weights. */
    numbers: bytea().notNull(),
    keptAt: timestamp('kept_at', { withTimezone: true, mode: 'date' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.ticker, t.purpose] })],
)
