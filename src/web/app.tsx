import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { compress } from 'hono/compress'
import { contextStorage } from 'hono/context-storage'
import { etag } from 'hono/etag'
import { HTTPException } from 'hono/http-exception'
import { matchedRoutes } from 'hono/route'
import type { Db } from '../db/database.js'
import { openMissedRuns } from '../db/missedRuns.js'
import type { SuccessionListener } from '../db/succession.js'
import { UserError } from '../domain/errors.js'
import type { TickerDesk } from '../domain/tickerDesk.js'
import type { Logger } from '../log.js'
import { gate } from './access/gate.js'
import type { AccessOptions } from './access/identify.js'
import { loginRoutes } from './access/loginRoutes.js'
import { securityPolicy } from './access/securityPolicy.js'
import type { AlertsOptions } from './alertsView.js'
import { allEndpoints } from './api/allEndpoints.js'
import { apiRoutes } from './api/apiRoutes.js'
import { loadAssets } from './assets.js'
import { AnswerCache } from './cache/answerCache.js'
import { loggedPath } from './feeds/feedAddress.js'
import { feedRoutes } from './feeds/feedRoutes.js'
import { sectionsOf } from './navigation.js'
import { type EventOptions, eventRoutes } from './ops/eventRoutes.js'
import { type OpsOptions, opsRoutes } from './ops/opsRoutes.js'
import { type RunOptions, runRoutes } from './ops/runRoutes.js'
import { alertPages } from './pages/alertRoutes.js'
import { docsRoutes } from './pages/docsRoutes.js'
import { evaluationRoutes } from './pages/evaluationRoutes.js'
import { feedPages } from './pages/feedPages.js'
import type { Frame } from './pages/layout.js'
import { modelRoutes } from './pages/modelRoutes.js'
import { pageRoutes } from './pages/pageRoutes.js'
import { runPages } from './pages/runPageRoutes.js'
import { settingsRoutes } from './pages/settingsRoutes.js'
import { tableRoutes } from './pages/tableRoutes.js'
import { tickersRoutes } from './pages/tickersRoutes.js'
import { problem } from './problem.js'
import { QueryError } from './query.js'
import type { SettingsOptions } from './settingsView.js'

export interface AppOptions {
  readonly db: Db
  readonly now: () => Date
  readonly version: string
  readonly log: Pick<Logger, 'error' | 'warn' | 'info'>
  /** Who may see and change what. */
  readonly access: AccessOptions
  /** Where feeds and calendars lead; without it, where they were asked for. */
  readonly publicUrl?: string | undefined
  /** Without it there are no alerts to be seen or changed. */
  readonly alerts?: AlertsOptions
  /** By default those that the database holds. */
  readonly missedRuns?: OpsOptions['missedRuns']
  /** Without it runs can neither be started nor cancelled here. */
  readonly runs?: Pick<RunOptions, 'queue'>
  /** Without it tickers can neither be added nor removed here. */
  readonly tickers?: TickerDesk
  /** Hears of models that somebody promotes or rolls back here. */
  readonly onSuccession?: SuccessionListener
  /** Without it there is no page of settings. */
  readonly settings?: SettingsOptions
  /** By default one of its own. */
  readonly answers?: AnswerCache
  /** Without it pages learn of progress by asking, as where no function may run on. */
  readonly events?: EventOptions
}

/** The dashboard and its JSON API: reads the database, changes what operators ask for, asks `now` for the time. */
export function createApp({ db, now, version, log, access, alerts, ...options }: AppOptions): Hono {
  const { runs, events, missedRuns = () => openMissedRuns(db) } = options
  const app = new Hono()
  const assets = loadAssets()
  const frame: Frame = { assets, version, isLive: events !== undefined, sections: sectionsOf(app) }
  const canRun = runs !== undefined
  const pages = pageRoutes({ ...frame, db, now, missedRuns, canRun })
  const endpoints = allEndpoints({ db, now, version, alerts })

  app.use(securityPolicy, compress())
  app.use(contextStorage(), bodyLimit({ maxSize: MOST_BYTES }))
  app.use(gate({ ...access, db, now, refuse: (c, status, reason) => pages.message(c, status, 'Not allowed', reason) }))
  app.route('/', opsRoutes({ db, now, version, log, missedRuns }))
  if (events) app.route('/', eventRoutes(events))
  app.use(etag({ weak: true }))
  app.get('/assets/:version/:name', assets.handler)
  app.use((options.answers ?? new AnswerCache({ db, now })).handler)
  if (alerts) {
    app.route('/alerts', alertPages({ ...frame, db, alerts }))
  }
  app.route('/', loginRoutes({ db, now, log, frame, access }))
  app.route('/api/v1', apiRoutes(endpoints))
  app.route('/docs', docsRoutes(frame, endpoints))
  app.route('/feeds', feedRoutes({ db, now, version, publicUrl: options.publicUrl }))
  app.route('/', feedPages({ ...frame, db, now, publicUrl: options.publicUrl, access }))
  app.route('/', pages.routes)
  app.route('/', tableRoutes({ ...frame, db }))
  app.route('/', evaluationRoutes({ ...frame, db }))
  if (options.settings) app.route('/', settingsRoutes({ ...frame, db, settings: options.settings }))
  app.route('/', tickersRoutes({ ...frame, db, desk: options.tickers }))
  app.route('/', modelRoutes({ ...frame, db, now, onSuccession: options.onSuccession }))
  app.route('/', runPages({ ...frame, db, now, missedRuns, canRun, message: pages.message }))
  if (runs) {
    app.route('/', runRoutes({ db, now, ...runs }))
  }
  app.notFound((c) => {
    const isRoute = matchedRoutes(c).some(({ method }) => method === c.req.method)
    if (!isRoute && !['GET', 'HEAD'].includes(c.req.method)) {
      c.header('Allow', 'GET, HEAD')
      return isApi(c.req.path)
        ? problem(c, 405, 'Method not allowed')
        : pages.message(c, 405, 'Not possible here', 'This page can only be read.')
    }
    return isApi(c.req.path)
      ? problem(c, 404, 'Not found')
      : pages.message(c, 404, 'Nothing here', 'No page has this address. It may name a ticker that was never added.')
  })
  app.onError((err, c) => {
    const { path } = c.req
    if (err instanceof QueryError)
      return isApi(path)
        ? problem(c, 400, 'Bad query', err.message)
        : pages.message(c, 400, 'That address asks for something unknown', err.message)
    if (err instanceof UserError)
      return isApi(path)
        ? problem(c, 400, 'Not possible', err.message)
        : pages.message(c, 400, 'Not possible', err.message)
    if (err instanceof HTTPException)
      return isApi(path)
        ? problem(c, err.status, 'Refused')
        : pages.message(c, err.status, 'Refused', 'The request cannot be read: it is too large, or malformed.')
    log.error({ err, path: loggedPath(path) }, 'request failed')
    return isApi(path)
      ? problem(c, 500, 'Internal error')
      : pages.message(c, 500, 'That went wrong', 'The page could not be made. The log of the server says why.')
  })
  return app
}

const MOST_BYTES = 64 * 1024

const isApi = (path: string): boolean => path === '/api' || path.startsWith('/api/')
