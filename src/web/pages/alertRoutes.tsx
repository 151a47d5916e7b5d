import { type Context, Hono } from 'hono'
import type { Db } from '../../db/database.js'
import { UserError } from '../../domain/errors.js'
import { mayOperate } from '../access/visitor.js'
import { endpointOf, formFields, subscriptionOf } from '../alertForm.js'
import { type AlertsOptions, type AlertsView, alertsView } from '../alertsView.js'
import { AlertsPage } from './alertsPage.js'
import type { Frame } from './layout.js'

interface AlertPagesOptions extends Frame {
  readonly db: Db
  readonly alerts: AlertsOptions
}

const isAlert = (id: string) => id.startsWith('msg_')

/** The page of alerts and the forms on it. What shows a secret is answered at once; all else leads back to the page. */
export function alertPages({ db, alerts, ...frame }: AlertPagesOptions): Hono {
  const routes = new Hono()
  const { desk } = alerts
  const show = async (c: Context, notice?: AlertsView['notice']) => {
    c.header('Cache-Control', 'no-store')
    return c.html(
      `<!doctype html>${<AlertsPage frame={frame} view={await alertsView(db, alerts, { isWritable: mayOperate(c), notice })} />}`,
    )
  }
  const back = (c: Context) => c.redirect('/alerts', 303)

  routes.get('/', (c) => show(c))
  routes.post('/endpoints', async (c) => {
    const { secret } = await desk.addEndpoint(endpointOf(await formFields(c)))
    return secret ? show(c, { text: 'Added. Its signing secret is shown this once: ', secret }) : back(c)
  })
  routes.post('/:id/subscribe', async (c) => {
    await desk.subscribe(subscriptionOf(c.req.param('id'), await formFields(c)))
    return back(c)
  })
  routes.post('/:id/rotate', async (c) => {
    const { secret, bothValidUntil } = await desk.rotate(c.req.param('id'))
    return show(c, {
      text: `Shown this once; the key before it is valid until ${bothValidUntil.toISOString()}: `,
      secret,
    })
  })
  routes.post('/:id/replay', async (c) => {
    const id = c.req.param('id')
    await desk.replay(isAlert(id) ? { alertId: id } : { endpointId: id, since: sinceOf((await formFields(c)).since) })
    return back(c)
  })
  for (const act of ['test', 'enable', 'remove'] as const)
    routes.post(`/:id/${act}`, async (c) => {
      await desk[act](c.req.param('id'))
      return back(c)
    })
  return routes
}

/** @throws UserError when it is no time. */
export function sinceOf(text: string | undefined): Date {
  const since = new Date(text === undefined ? Number.NaN : /[Zz]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`)
  if (Number.isNaN(since.getTime()))
    throw new UserError('since: expected a time such as 2025-06-13T20:00Z', { exitCode: 2 })
  return since
}
