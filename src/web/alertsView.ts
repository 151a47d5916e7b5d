import { type EndpointView, endpointViews, type LoggedDelivery, recentDeliveries } from '../db/alertLog.js'
import type { Db } from '../db/database.js'
import type { AlertDesk, ChannelInfo } from '../domain/alert.js'

/** What pages and API need to change alerts. */
export interface AlertsOptions {
  readonly desk: AlertDesk
  readonly channels: readonly ChannelInfo[]
}

export interface AlertsView {
  readonly endpoints: readonly EndpointView[]
  readonly deliveries: readonly LoggedDelivery[]
  readonly channels: readonly ChannelInfo[]
  readonly isWritable: boolean
  /** Why no endpoint can be added. */
  readonly obstacle: string | undefined
  /** Said above the page: what was just done. */
  readonly notice?: { readonly text: string; readonly secret?: string }
}

const DELIVERIES_SHOWN = 50

/** Endpoints, their subscriptions, and the last of the delivery log. */
export async function alertsView(
  db: Db,
  { channels, desk }: AlertsOptions,
  { isWritable, notice }: Pick<AlertsView, 'isWritable'> & { readonly notice: AlertsView['notice'] | undefined },
): Promise<AlertsView> {
  const [endpoints, deliveries] = await Promise.all([endpointViews(db), recentDeliveries(db, DELIVERIES_SHOWN)])
  return { endpoints, deliveries, channels, isWritable, obstacle: desk.obstacle, ...(notice && { notice }) }
}
