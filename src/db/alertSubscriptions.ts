import { and, arrayContains, arrayOverlaps, asc, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { AlertEvent, Subscription } from '../domain/alert.js'
import { alertEndpoints, alertStates, alertSubscriptions } from './alertSchema.js'
import type { Db } from './database.js'

export type SubscriptionRow = typeof alertSubscriptions.$inferSelect
export type StateRow = typeof alertStates.$inferSelect

/** Subscriptions of enabled endpoints to any of `events` about that ticker, or with null about the product as a whole. */
export async function subscriptionsTo(
  db: Db,
  events: readonly AlertEvent[],
  about: { readonly ticker: string | null; readonly exchange: string | null },
): Promise<SubscriptionRow[]> {
  const { tickers, exchange } = alertSubscriptions
  const all: SQL = sql`${tickers} = '{}'`
  const rows = await db
    .select({ subscription: alertSubscriptions })
    .from(alertSubscriptions)
    .innerJoin(alertEndpoints, eq(alertEndpoints.id, alertSubscriptions.endpointId))
    .where(
      and(
        isNull(alertEndpoints.disabledAt),
        arrayOverlaps(alertSubscriptions.events, [...events]),
        about.ticker === null ? all : or(all, arrayContains(tickers, [about.ticker])),
        about.exchange === null ? undefined : or(isNull(exchange), eq(exchange, about.exchange)),
      ),
    )
    .orderBy(asc(alertSubscriptions.createdAt))
  return rows.map(({ subscription }) => subscription)
}

/** Whether anybody is subscribed to any of `events`. */
export async function hasSubscriptions(db: Db, events: readonly AlertEvent[]): Promise<boolean> {
  const found = await db
    .select({ id: alertSubscriptions.id })
    .from(alertSubscriptions)
    .where(arrayOverlaps(alertSubscriptions.events, [...events]))
    .limit(1)
  return found.length > 0
}

/** Adds a subscription; returns its id. */
export async function insertSubscription(db: Db, subscription: Subscription): Promise<string> {
  const { events, tickers } = subscription
  const row = { ...subscription, events: [...events], tickers: [...tickers] }
  return (await db.insert(alertSubscriptions).values(row).returning({ id: alertSubscriptions.id }))[0]!.id
}

/** Ends a subscription; what it has sent stays. False when there is none of that id. */
export async function deleteSubscription(db: Db, id: string): Promise<boolean> {
  const gone = await db
    .delete(alertSubscriptions)
    .where(eq(alertSubscriptions.id, id))
    .returning({ id: alertSubscriptions.id })
  return gone.length > 0
}

/** What is remembered of a subscription, an event and a ticker. */
export const alertState = async (
  db: Db,
  key: { readonly subscriptionId: string; readonly event: AlertEvent; readonly ticker: string },
): Promise<StateRow | null> =>
  (
    await db
      .select()
      .from(alertStates)
      .where(
        and(
          eq(alertStates.subscriptionId, key.subscriptionId),
          eq(alertStates.event, key.event),
          eq(alertStates.ticker, key.ticker),
        ),
      )
  )[0] ?? null

export async function saveAlertState(db: Db, row: StateRow): Promise<void> {
  const { holds, asOf, firedAt } = row
  await db
    .insert(alertStates)
    .values(row)
    .onConflictDoUpdate({
      target: [alertStates.subscriptionId, alertStates.event, alertStates.ticker],
      set: { holds, asOf, firedAt },
    })
}
