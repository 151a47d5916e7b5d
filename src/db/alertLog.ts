import { count, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import { alertDeliveries, alertEndpoints, alertSubscriptions, alerts } from './alertSchema.js'
import type { SubscriptionRow } from './alertSubscriptions.js'
import type { Db } from './database.js'

export type DeliveryRow = typeof alertDeliveries.$inferSelect

const { sealed: _, ...shownColumns } = getTableColumns(alertEndpoints)

/** An endpoint as it may be shown: nothing secret in it. */
export interface EndpointView extends Omit<typeof alertEndpoints.$inferSelect, 'sealed'> {
  readonly subscriptions: readonly SubscriptionRow[]
  readonly pending: number
  readonly dead: number
  readonly delivered: number
}

/** Every endpoint with its subscriptions and how many alerts it has in each state. */
export async function endpointViews(db: Db): Promise<EndpointView[]> {
  const number = (status: string) =>
    sql<number>`(select count(*)::int from alerts a where a.endpoint_id = alert_endpoints.id and a.status = ${status})`
  const [rows, subscriptions] = await Promise.all([
    db
      .select({ ...shownColumns, pending: number('pending'), dead: number('dead'), delivered: number('delivered') })
      .from(alertEndpoints)
      .orderBy(alertEndpoints.createdAt),
    db.select().from(alertSubscriptions).orderBy(alertSubscriptions.createdAt),
  ])
  return rows.map((row) => ({ ...row, subscriptions: subscriptions.filter(({ endpointId }) => endpointId === row.id) }))
}

/** Attempts for one alert, the first one first. */
export const attemptsOf = (db: Db, alertId: string): Promise<DeliveryRow[]> =>
  db.select().from(alertDeliveries).where(eq(alertDeliveries.alertId, alertId)).orderBy(alertDeliveries.id)

/** One line of the log with what it was about. */
export interface LoggedDelivery extends DeliveryRow {
  readonly title: string
  readonly type: string
  readonly alertStatus: string
}

/** The last attempts over all endpoints, newest first; with `before`, those that came before the one of that id. */
export const recentDeliveries = (db: Db, limit: number, before?: number): Promise<LoggedDelivery[]> =>
  db
    .select({
      ...getTableColumns(alertDeliveries),
      title: sql<string>`${alerts.payload} -> 'data' ->> 'title'`,
      type: sql<string>`${alerts.payload} ->> 'type'`,
      alertStatus: alerts.status,
    })
    .from(alertDeliveries)
    .innerJoin(alerts, eq(alerts.id, alertDeliveries.alertId))
    .where(before === undefined ? undefined : lt(alertDeliveries.id, before))
    .orderBy(desc(alertDeliveries.id))
    .limit(limit)

/** What a person should look at: alerts given up, and endpoints that were disabled. */
export async function alertTroubles(db: Db): Promise<{ dead: number; disabled: number }> {
  const [[dead], [disabled]] = await Promise.all([
    // Named in the text: few are dead, so that a plan for any status would read the whole table.
    db.select({ n: count() }).from(alerts).where(sql`${alerts.status} = 'dead'`),
    db.select({ n: count() }).from(alertEndpoints).where(sql`${alertEndpoints.disabledAt} is not null`),
  ])
  return { dead: dead!.n, disabled: disabled!.n }
}
