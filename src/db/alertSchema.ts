import { sql } from 'drizzle-orm'
import {
  bigserial,
  boolean,
  customType,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type {
  AlertCondition,
  AlertEvent,
  AlertMode,
  AlertPayload,
  AlertPlot,
  AlertStatus,
  DeliveryOutcome,
  QuietHours,
} from '../domain/alert.js'

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' })
const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Where alerts go. At most one valid job of the queue serves an endpoint: the one that carries its `wakeAt`. */
export const alertEndpoints = pgTable('alert_endpoints', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  name: text().notNull(),
  channel: text().notNull(),
  /** The address as it may be shown. */
  address: text().notNull(),
  /** Target and signing secrets, encrypted (src/alerts/vault.ts). */
  sealed: bytea().notNull(),
  template: text(),
  disabledAt: moment('disabled_at'),
  disabledReason: text('disabled_reason'),
  /** Start of an unbroken row of failures. */
  failingSince: moment('failing_since'),
  /** Next moment at which it may be sent to: rate limit and Retry-After. */
  freeAt: moment('free_at').notNull().defaultNow(),
  /** When the job that serves it is due; null while none is needed. */
  wakeAt: moment('wake_at'),
  createdAt: moment('created_at').notNull().defaultNow(),
})

export const alertSubscriptions = pgTable(
  'alert_subscriptions',
  {
    id: uuid().primaryKey().default(sql`gen_random_uuid()`),
    endpointId: uuid('endpoint_id')
      .notNull()
      .references(() => alertEndpoints.id, { onDelete: 'cascade' }),
    events: text().$type<AlertEvent>().array().notNull(),
    tickers: text().array().notNull(),
    exchange: text(),
    condition: jsonb().$type<AlertCondition>().notNull(),
    mode: text().$type<AlertMode>().notNull(),
    cooldownMinutes: integer('cooldown_minutes').notNull(),
    digestAt: text('digest_at').notNull(),
    quietHours: jsonb('quiet_hours').$type<QuietHours>(),
    timezone: text().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [index('alert_subscriptions_endpoint').on(t.endpointId)],
)

/** Whether a subscription's condition held for a ticker when it was last looked at. */
export const alertStates = pgTable(
  'alert_states',
  {
    subscriptionId: uuid('subscription_id')
      .notNull()
      .references(() => alertSubscriptions.id, { onDelete: 'cascade' }),
    event: text().$type<AlertEvent>().notNull(),
    ticker: text().notNull(),
    holds: boolean().notNull(),
    /** Session the look was about: an earlier one changes nothing. */
    asOf: date('as_of').notNull(),
    firedAt: moment('fired_at'),
  },
  (t) => [primaryKey({ columns: [t.subscriptionId, t.event, t.ticker] })],
)

/** The outbox: written in the transaction of what it tells of. `id` is the webhook-id of every attempt. */
export const alerts = pgTable(
  'alerts',
  {
    id: text().primaryKey(),
    endpointId: uuid('endpoint_id')
      .notNull()
      .references(() => alertEndpoints.id, { onDelete: 'cascade' }),
    subscriptionId: uuid('subscription_id').references(() => alertSubscriptions.id, { onDelete: 'set null' }),
    /** What it is about: one alert for each subscription and subject, however often its cause is repeated. */
    subject: text().notNull(),
    payload: jsonb().$type<AlertPayload>().notNull(),
    plot: jsonb().$type<AlertPlot>(),
    status: text().$type<AlertStatus>().notNull().default('pending'),
    /** Waits to be gathered with others of its subscription. */
    isDigested: boolean('is_digested').notNull().default(false),
    attempts: integer().notNull().default(0),
    dueAt: moment('due_at').notNull(),
    createdAt: moment('created_at').notNull(),
    finishedAt: moment('finished_at'),
  },
  (t) => [
    uniqueIndex('alerts_subscription_subject').on(t.subscriptionId, t.subject),
    index('alerts_endpoint_due').on(t.endpointId, t.dueAt).where(sql`${t.status} = 'pending'`),
    index('alerts_endpoint_created').on(t.endpointId, t.createdAt),
    index('alerts_status').on(t.status, t.endpointId),
    index('alerts_ticker_created').on(sql`(${t.payload} -> 'data' ->> 'ticker')`, t.createdAt),
  ],
)

/** The delivery log: one row an attempt. */
export const alertDeliveries = pgTable(
  'alert_deliveries',
  {
    id: bigserial({ mode: 'number' }).primaryKey(),
    alertId: text('alert_id')
      .notNull()
      .references(() => alerts.id, { onDelete: 'cascade' }),
    endpointId: uuid('endpoint_id').notNull(),
    attempt: integer().notNull(),
    at: moment('at').notNull(),
    request: text().notNull(),
    status: integer(),
    outcome: text().$type<DeliveryOutcome>().notNull(),
    latencyMs: integer('latency_ms').notNull(),
    answer: text().notNull(),
  },
  (t) => [index('alert_deliveries_alert').on(t.alertId), index('alert_deliveries_endpoint_at').on(t.endpointId, t.at)],
)

/** One row: when the next alert may be sent, over all endpoints and processes. */
export const alertBudget = pgTable('alert_budget', {
  id: integer().primaryKey(),
  freeAt: moment('free_at').notNull(),
})
