import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { endpointViews, recentDeliveries } from '../../db/alertLog.js'
import type { Db } from '../../db/database.js'
import type { Subscription } from '../../domain/alert.js'
import { UserError } from '../../domain/errors.js'
import type { AlertsOptions } from '../alertsView.js'
import { problem } from '../problem.js'

const DELIVERIES = 200

const endpoint = z.strictObject({
  name: z.string().default(''),
  channel: z.string(),
  target: z.record(z.string(), z.string()),
  template: z.string().nullable().default(null),
})
const replay = z.union([
  z.strictObject({ alertId: z.string() }),
  z.strictObject({ endpointId: z.string(), since: z.coerce.date() }),
])

/** `GET /`, `POST /endpoints`, `/subscriptions`, `/replay`, `/:id/test|rotate|enable`, `DELETE /:id`. Changes take JSON only. */
export function alertApi(db: Db, { desk }: AlertsOptions): Hono {
  const api = new Hono()
  api.get('/', async (c) =>
    c.json({ endpoints: await endpointViews(db), deliveries: await recentDeliveries(db, DELIVERIES) }),
  )
  api.use(async (c, next) => {
    // A page of another site can post forms unasked, but no JSON.
    if (c.req.method === 'POST' && !/^application\/json\b/.test(c.req.header('content-type') ?? ''))
      return problem(c, 415, 'JSON expected')
    await next()
    c.header('Cache-Control', 'no-store')
  })
  api.post('/endpoints', async (c) => c.json(await desk.addEndpoint(await body(c, endpoint)), 201))
  api.post('/subscriptions', async (c) =>
    c.json({ id: await desk.subscribe((await body(c, z.unknown())) as Subscription) }, 201),
  )
  api.post('/replay', async (c) => c.json({ replayed: await desk.replay(await body(c, replay)) }))
  api.post('/:id/test', async (c) => c.json({ alertId: await desk.test(c.req.param('id')) }, 202))
  api.post('/:id/rotate', async (c) => c.json(await desk.rotate(c.req.param('id'))))
  api.post('/:id/enable', async (c) => {
    await desk.enable(c.req.param('id'))
    return c.body(null, 204)
  })
  api.delete('/:id', async (c) => {
    await desk.remove(c.req.param('id'))
    return c.body(null, 204)
  })
  return api
}

/** @throws UserError naming what the body lacks. */
async function body<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const json: unknown = await c.req.json().catch(() => undefined)
  const result = schema.safeParse(json)
  if (result.success && json !== undefined) return result.data
  const issue = result.error?.issues[0]
  throw new UserError(issue ? `${issue.path.join('.') || 'body'}: ${issue.message}` : 'the body is no JSON', {
    exitCode: 2,
  })
}
