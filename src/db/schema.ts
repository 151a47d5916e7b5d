import { sql } from 'drizzle-orm'
import {
  bigserial,
  boolean,
  customType,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import type { RatioSource } from '../domain/bar.js'
import type { Calibration } from '../domain/calibration.js'
import type { CorporateAction } from '../domain/corporateAction.js'
import type { EvaluationRecord, Protocol } from '../domain/evaluation.js'
import type { KeptReport } from '../domain/evaluationReport.js'
import type { ForecastOrigin } from '../domain/forecast.js'
import type { Figures, ScoreWindow } from '../domain/score.js'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

export const tickers = pgTable('tickers', {
  symbol: text().primaryKey(),
  provider: text().notNull(),
  /** Asked in turn when the first cannot deliver. */
  fallbacks: text().array().notNull().default(sql`'{}'::text[]`),
  /** Folder or URL template of a csv ticker. */
  location: text(),
  exchange: text().notNull(),
  timezone: text().notNull(),
  isSample: boolean('is_sample').notNull(),
  /** Removing a ticker only ends its forecasts; what was said about it stays. */
  active: boolean().notNull().default(true),
  addedAt: moment('added_at').notNull().defaultNow(),
})

/** Adjusted as in src/ingest/adjust.ts; `ingestedAt` proves that a live forecast was made before its outcome. */
export const bars = pgTable(
  'bars',
  {
    ticker: text()
      .notNull()
      .references(() => tickers.symbol),
    session: date().notNull(),
    open: doublePrecision().notNull(),
    high: doublePrecision().notNull(),
    low: doublePrecision().notNull(),
    close: doublePrecision().notNull(),
    volume: doublePrecision().notNull(),
    previousClose: doublePrecision('previous_close'),
    extras: jsonb().$type<Record<string, number>>().notNull().default({}),
    ratio: doublePrecision().notNull(),
    ratioSource: text('ratio_source').$type<RatioSource>().notNull(),
    /** Product of 1 / ratio up to this session: price * factor is the adjusted price. */
    factor: doublePrecision().notNull().default(1),
    adjustedClose: doublePrecision('adjusted_close').generatedAlwaysAs(sql`close * factor`),
    /** Who served it. */
    provider: text().notNull(),
    ingestedAt: moment('ingested_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.ticker, t.session] })],
)

/** What a bar said before its provider corrected it. */
export const barRevisions = pgTable(
  'bar_revisions',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    ticker: text().notNull(),
    session: date().notNull(),
    earlier: jsonb().$type<Record<string, unknown>>().notNull(),
    provider: text().notNull(),
    revisedAt: moment('revised_at').notNull().defaultNow(),
  },
  (t) => [index('bar_revisions_ticker_session').on(t.ticker, t.session)],
)

/** Splits and dividends as their provider tells them. */
export const corporateActions = pgTable(
  'corporate_actions',
  {
    ticker: text()
      .notNull()
      .references(() => tickers.symbol),
    session: date().notNull(),
    kind: text().$type<CorporateAction['kind']>().notNull(),
    value: doublePrecision().notNull(),
    provider: text().notNull(),
    recordedAt: moment('recorded_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.ticker, t.session, t.kind] })],
)

/** Each time stored prices or adjustments changed their basis: from `session` on, by `factor`. */
export const rebases = pgTable(
  'rebases',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    ticker: text()
      .notNull()
      .references(() => tickers.symbol),
    session: date().notNull(),
    factor: doublePrecision().notNull(),
    reason: text().notNull(),
    provider: text().notNull(),
    bars: integer().notNull(),
    rebasedAt: moment('rebased_at').notNull().defaultNow(),
  },
  (t) => [index('rebases_ticker').on(t.ticker)],
)

/** What is known of a provider's answers for a ticker: whether its whole history was read, and by what it is asked again. */
export const sourceStates = pgTable(
  'source_states',
  {
    ticker: text()
      .notNull()
      .references(() => tickers.symbol),
    provider: text().notNull(),
    filledAt: moment('filled_at'),
    validators: jsonb().$type<{ url: string; etag?: string; lastModified?: string }>(),
    servedAt: moment('served_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.ticker, t.provider] })],
)

/** Sessions that a person should look at (src/ingest/qualityFindings.ts). */
export const qualityFindings = pgTable(
  'quality_findings',
  {
    ticker: text()
      .notNull()
      .references(() => tickers.symbol),
    session: date().notNull(),
    kind: text().notNull(),
    value: doublePrecision().notNull(),
  },
  (t) => [primaryKey({ columns: [t.ticker, t.session, t.kind] })],
)

export const models = pgTable(
  'models',
  {
    /** Hash of options, training window, data and weights: the same training gives the same id. */
    id: text().primaryKey(),
    ticker: text()
      .notNull()
      .references(() => tickers.symbol),
    forecaster: text().notNull(),
    /** `live` serves forecasts; `backtest` was trained on an earlier window only to be scored on what followed. */
    purpose: text().$type<ForecastOrigin>().notNull(),
    /** The checkpoint it was fine-tuned from. */
    parent: text(),
    /** The full training it goes back to, over however many fine-tunings; null for one that is a full training itself. */
    lineage: text(),
    /** Why it was trained, in words a person reads. */
    reason: text().notNull(),
    options: jsonb().$type<Record<string, unknown>>().notNull(),
    /** The tuned setting that its options come from, `search/candidate`; null for the default. */
    setting: text(),
    trainStart: date('train_start').notNull(),
    trainEnd: date('train_end').notNull(),
    trainRows: integer('train_rows').notNull(),
    dataHash: text('data_hash').notNull(),
    codeVersion: text('code_version').notNull(),
    /** What features and network meant to the code that trained it (src/model/semantics.ts); null where that is not known. */
    semantics: text(),
    backend: text().notNull(),
    parameters: integer().notNull(),
    epochs: integer().notNull(),
    trainLoss: doublePrecision('train_loss').notNull(),
    validationLoss: doublePrecision('validation_loss').notNull(),
    seconds: doublePrecision().notNull(),
    /** Empty once they are purged. */
    weights: bytea().notNull(),
    purgedAt: moment('purged_at'),
    /** When the price history it was trained on was re-based; it serves no further training then. */
    rebasedAt: moment('rebased_at'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [index('models_ticker_created').on(t.ticker, t.createdAt), index('models_lineage').on(t.lineage, t.trainEnd)],
)

/** The ledger. Rows are only ever inserted: triggers in the migrations refuse update, delete and truncate. */
export const forecasts = pgTable(
  'forecasts',
  {
    ticker: text()
      .notNull()
      .references(() => tickers.symbol),
    asOf: date('as_of').notNull(),
    target: date().notNull(),
    model: text().notNull(),
    dataHash: text('data_hash').notNull(),
    forecaster: text().notNull(),
    origin: text().$type<ForecastOrigin>().notNull(),
    lastClose: doublePrecision('last_close').notNull(),
    mean: doublePrecision().notNull(),
    quantiles: doublePrecision().array().notNull(),
    pUp: doublePrecision('p_up').notNull(),
    pLargeMove: doublePrecision('p_large_move').notNull(),
    moveThresholdPct: doublePrecision('move_threshold_pct').notNull(),
    /** Mean of |return| and of the worst and best 5 % of returns; null in rows of earlier versions. */
    expectedMove: doublePrecision('expected_move'),
    shortfallLower: doublePrecision('shortfall_lower'),
    shortfallUpper: doublePrecision('shortfall_upper'),
    /** What the network said before calibration, and the state it was calibrated with; null for baselines. */
    rawQuantiles: doublePrecision('raw_quantiles').array(),
    calibration: jsonb().$type<Calibration>(),
    runId: uuid('run_id'),
    madeAt: moment('made_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.ticker, t.asOf, t.target, t.model, t.dataHash] }),
    index('forecasts_ticker_forecaster_as_of').on(t.ticker, t.forecaster, t.asOf),
  ],
)

export const outcomes = pgTable(
  'outcomes',
  {
    ticker: text()
      .notNull()
      .references(() => tickers.symbol),
    asOf: date('as_of').notNull(),
    session: date().notNull(),
    returnPct: doublePrecision('return_pct').notNull(),
    close: doublePrecision().notNull(),
    settledAt: moment('settled_at').notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.ticker, t.asOf] }),
    /** All that happened in one session, without a look at the table. */
    index('outcomes_session').on(t.session, t.ticker, t.returnPct),
  ],
)

/** Rolling figures over the last `window` settled forecasts up to `asOf`. */
export const scores = pgTable(
  'scores',
  {
    ticker: text()
      .notNull()
      .references(() => tickers.symbol),
    forecaster: text().notNull(),
    window: integer().$type<ScoreWindow>().notNull(),
    asOf: date('as_of').notNull(),
    figures: jsonb().$type<Figures>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.ticker, t.forecaster, t.window, t.asOf] })],
)

export const verdicts = pgTable(
  'verdicts',
  {
    ticker: text()
      .notNull()
      .references(() => tickers.symbol),
    forecaster: text().notNull(),
    asOf: date('as_of').notNull(),
    n: integer().notNull(),
    distributionSkill: boolean('distribution_skill').notNull(),
    meanSkill: boolean('mean_skill').notNull(),
    strongestBaseline: text('strongest_baseline').notNull(),
    pinballSkill: jsonb('pinball_skill').$type<Record<string, number>>().notNull(),
    dmPValue: doublePrecision('dm_p_value'),
    cwPValue: doublePrecision('cw_p_value'),
    r2Oos: doublePrecision('r2_oos').notNull(),
    sentence: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.ticker, t.forecaster, t.asOf] })],
)

/** The newest quality report of each ticker: refused rows, detected splits. */
export const qualityReports = pgTable('quality_reports', {
  ticker: text()
    .primaryKey()
    .references(() => tickers.symbol),
  refused: jsonb().$type<{ source: string; line: number; reason: string }[]>().notNull(),
  splits: jsonb().$type<{ session: string; ratio: number; source: RatioSource }[]>().notNull(),
  reportedAt: moment('reported_at').notNull().defaultNow(),
})

/** What `mambacast evaluate --protocol` has measured; a restart takes up after the last row. No part of the ledger. */
export const evaluations = pgTable(
  'evaluations',
  {
    ticker: text().notNull(),
    model: text().notNull(),
    seed: integer().notNull(),
    /** Hash of everything that was chosen, `settings` included. */
    experiment: text().notNull(),
    dataHash: text('data_hash').notNull(),
    protocol: text().$type<Protocol>().notNull(),
    settings: jsonb().$type<Record<string, unknown>>().notNull(),
    record: jsonb().$type<EvaluationRecord>().notNull(),
    codeVersion: text('code_version').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.ticker, t.model, t.seed, t.experiment, t.dataHash] })],
)

/** Reports of finished evaluations, with the files that `mambacast evaluate --report` writes. */
export const evaluationReports = pgTable(
  'evaluation_reports',
  {
    /** Hash of what was evaluated and found: the same once more replaces it. */
    id: text().primaryKey(),
    report: jsonb().$type<KeptReport>().notNull(),
    html: text().notNull(),
    csv: text().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (t) => [index('evaluation_reports_created').on(t.createdAt)],
)
