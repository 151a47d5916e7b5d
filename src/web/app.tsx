import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { secureHeaders } from 'hono/secure-headers'
import type { Db } from '../db/database.js'
import type { Logger } from '../log.js'
import { apiRoutes } from './api/apiRoutes.js'
import { loadAssets } from './assets.js'
import { pageRoutes } from './pages/pageRoutes.js'
import { problem } from './problem.js'
import { QueryError } from './query.js'

export interface AppOptions {
  readonly db: Db
  readonly now: () => Date
  readonly version: string
  readonly log: Pick<Logger, 'error'>
}

/** Nothing but our own files: no inline script, no inline style, no other host. */
const securityPolicy = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'same-origin',
  strictTransportSecurity: false,
  xFrameOptions: 'DENY',
})

/** The dashboard and its JSON API: reads the database, writes nothing, asks `now` for the time. */
export function createApp({ db, now, version, log }: AppOptions): Hono {
  const app = new Hono()
  const assets = loadAssets()
  const pages = pageRoutes({ db, now, version, assets })

  app.use(securityPolicy, compress())
  app.use(async (c, next) => {
    if (['GET', 'HEAD'].includes(c.req.method)) return next()
    c.header('Allow', 'GET, HEAD')
    return isApi(c.req.path)
      ? problem(c, 405, 'Method not allowed')
      : pages.message(c, 405, 'Not possible here', 'This page can only be read.')
  })
  app.get('/assets/:version/:name', assets.handler)
  app.get('/healthz', async (c) => {
    try {
      await db.execute(sql`select 1`)
      return c.json({ status: 'ok', version })
    } catch (err) {
      log.error({ err }, 'health check: the database does not answer')
      return problem(c, 503, 'Database does not answer')
    }
  })
  app.route('/api/v1', apiRoutes(db))
  app.route('/', pages.routes)
  app.notFound((c) =>
    isApi(c.req.path)
      ? problem(c, 404, 'Not found')
      : pages.message(c, 404, 'Nothing here', 'No page has this address. It may name a ticker that was never added.'),
  )
  app.onError((err, c) => {
    const { path } = c.req
    if (err instanceof QueryError)
      return isApi(path)
        ? problem(c, 400, 'Bad query', err.message)
        : pages.message(c, 400, 'That address asks for something unknown', err.message)
    log.error({ err, path }, 'request failed')
    return isApi(path)
      ? problem(c, 500, 'Internal error')
      : pages.message(c, 500, 'That went wrong', 'The page could not be made. The log of the server says why.')
  })
  return app
}

const isApi = (path: string): boolean => path === '/api' || path.startsWith('/api/')
