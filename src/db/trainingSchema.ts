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

/** What the network of a model keeps of the ticker's first rows: while its weights stay, a forecast goes on from there. */
export const modelStates = pgTable('model_states', {
  model: text().primaryKey(),
  rows: integer().notNull(),
  /** Hash of what is known up to row `rows` - 1: with other data the state is not gone on from. */
  dataHash: text('data_hash').notNull(),
  /** Backend and binary. */
  madeBy: text('made_by').notNull(),
  /** float32, little-endian, (layers, floats). */
  values: bytea().notNull(),
  keptAt: timestamp('kept_at', { withTimezone: true, mode: 'date' }).notNull(),
})
