import { z } from 'zod'
import { endpointViews, recentDeliveries } from '../../db/alertLog.js'
import type { Db } from '../../db/database.js'
import type { Subscription } from '../../domain/alert.js'
import type { AlertsOptions } from '../alertsView.js'
import { type Endpoint, endpoint } from './endpoint.js'
import { page, pageOf, pageQuery } from './paging.js'
import { deliverySchema } from './schemas.js'

const DELIVERIES = 200
const group = 'Alerts'

const newEndpoint = z.strictObject({
  name: z.string().default(''),
  channel: z.string(),
  target: z.record(z.string(), z.string()),
  template: z.string().nullable().default(null),
})
const replay = z.union([
  z.strictObject({ alertId: z.string() }),
  z.strictObject({ endpointId: z.string(), since: z.coerce.date().meta({ type: 'string', format: 'date-time' }) }),
])
const ofId = z.object({ id: z.string() })
const made = z.strictObject({ id: z.uuid() })

/** Endpoints and subscriptions of alerts, what became of the alerts, and what may be done about it. */
export function alertEndpoints(db: Db, { desk }: AlertsOptions): Endpoint[] {
  return [
    endpoint({
      ...{ path: '/alerts', group, summary: 'All endpoints with their subscriptions, and the last attempts.' },
      answer: z.strictObject({
        endpoints: z.array(z.record(z.string(), z.unknown())),
        deliveries: z.array(deliverySchema),
      }),
      handle: async () => ({ endpoints: await endpointViews(db), deliveries: await recentDeliveries(db, DELIVERIES) }),
    }),
    endpoint({
      ...{ path: '/alerts/log', group, summary: 'The delivery log, newest first: one entry an attempt.' },
      ...{
        query: pageQuery.extend({ cursor: z.coerce.number().int().min(0).optional() }),
        answer: pageOf(deliverySchema),
      },
      handle: async ({ query: { limit, cursor } }, c) =>
        page(c, await recentDeliveries(db, limit + 1, cursor), limit, ({ id }) => String(id)),
    }),
    endpoint({
      ...{
        method: 'post',
        path: '/alerts/endpoints',
        group,
        summary: 'Adds an endpoint; its signing secret is told this once.',
      },
      ...{ body: newEndpoint, status: 201, answer: made.extend({ secret: z.string().nullable() }) },
      handle: ({ body }) => desk.addEndpoint(body),
    }),
    endpoint({
      ...{ method: 'post', path: '/alerts/subscriptions', group, summary: 'Subscribes an endpoint (docs/alerts.md).' },
      ...{ body: z.record(z.string(), z.unknown()), status: 201, answer: made },
      handle: async ({ body }) => ({ id: await desk.subscribe(body as unknown as Subscription) }),
    }),
    endpoint({
      ...{
        method: 'post',
        path: '/alerts/replay',
        group,
        summary: 'Sends an alert, or all of an endpoint since a time, once more.',
      },
      ...{ body: replay, answer: z.strictObject({ replayed: z.number().int() }) },
      handle: async ({ body }) => ({ replayed: await desk.replay(body) }),
    }),
    endpoint({
      ...{
        method: 'post',
        path: '/alerts/{id}/test',
        group,
        summary: 'Sends a test alert to the endpoint of that id.',
      },
      ...{ params: ofId, status: 202, answer: z.strictObject({ alertId: z.string() }) },
      handle: async ({ params: { id } }) => ({ alertId: await desk.test(id) }),
    }),
    endpoint({
      ...{ method: 'post', path: '/alerts/{id}/rotate', group, summary: 'A new signing secret, told this once.' },
      ...{ params: ofId, answer: z.strictObject({ secret: z.string(), bothValidUntil: z.iso.datetime() }) },
      handle: ({ params: { id } }) => desk.rotate(id),
    }),
    endpoint({
      ...{ method: 'post', path: '/alerts/{id}/enable', group, summary: 'Takes up an endpoint that was disabled.' },
      ...{ params: ofId, status: 204, answer: null },
      handle: ({ params: { id } }) => desk.enable(id),
    }),
    endpoint({
      ...{ method: 'delete', path: '/alerts/{id}', group, summary: 'Removes an endpoint or a subscription.' },
      ...{ params: ofId, status: 204, answer: null },
      handle: ({ params: { id } }) => desk.remove(id),
    }),
  ]
}
