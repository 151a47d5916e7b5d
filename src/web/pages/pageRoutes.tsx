import { type Context, Hono } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { alertTroubles } from '../../db/alertLog.js'
import type { Db } from '../../db/database.js'
import { latestRun } from '../../db/latestRun.js'
import { overviewRows } from '../../db/overview.js'
import { mayOperate } from '../access/visitor.js'
import { findKnown } from '../findKnown.js'
import { overviewView } from '../overviewView.js'
import { Board } from '../partials/board.js'
import { NextSession } from '../partials/nextSession.js'
import { overviewQuery, seenQuery, tickerQuery } from '../query.js'
import { MODEL } from '../routes.js'
import { nextView, tickerView } from '../tickerView.js'
import type { Frame } from './layout.js'
import { MessagePage } from './messagePage.js'
import { OverviewPage } from './overviewPage.js'
import { TickerPage } from './tickerPage.js'

const RECORD_WINDOW = 60

export interface Pages {
  readonly routes: Hono
  message(c: Context, status: ContentfulStatusCode, title: string, text: string): Response | Promise<Response>
}

/** The pages, and the partials that they ask for again. */
export function pageRoutes({ db, now, canRun, ...frame }: Frame & { db: Db; now: () => Date; canRun: boolean }): Pages {
  const routes = new Hono()
  const message: Pages['message'] = (c, status, title, text) =>
    page(c, <MessagePage frame={frame} status={status} title={title} text={text} />, status)
  const overview = async (c: Context) => {
    const query = overviewQuery(c)
    const [rows, run] = await Promise.all([overviewRows(db, MODEL, RECORD_WINDOW), latestRun(db)])
    return overviewView(rows, run, query, now(), canRun && mayOperate(c))
  }

  routes.get('/', async (c) => {
    const [view, troubles] = await Promise.all([overview(c), alertTroubles(db)])
    return page(c, <OverviewPage frame={frame} view={view} troubles={troubles} />)
  })
  routes.get('/partials/board', async (c) => partial(c, <Board view={await overview(c)} />))

  routes.get('/tickers/:symbol', async (c) => {
    const query = tickerQuery(c)
    const ticker = await findKnown(db, c.req.param('symbol'))
    if (!ticker) return c.notFound()
    return page(c, <TickerPage frame={frame} view={await tickerView(db, ticker, query, now())} />)
  })
  routes.get('/partials/tickers/:symbol/next', async (c) => {
    const seen = seenQuery(c)
    const ticker = await findKnown(db, c.req.param('symbol'))
    if (!ticker) return c.notFound()
    const view = await nextView(db, ticker, now())
    if (view.forecast?.asOf !== seen) c.header('HX-Refresh', 'true')
    return partial(c, <NextSession view={view} />)
  })
  return { routes, message }
}

function page(c: Context, body: HtmlEscapedString | Promise<HtmlEscapedString>, status: ContentfulStatusCode = 200) {
  c.header('Cache-Control', 'no-cache')
  return c.html(`<!doctype html>${body}`, status)
}

function partial(c: Context, body: HtmlEscapedString | Promise<HtmlEscapedString>) {
  c.header('Cache-Control', 'no-cache')
  return c.html(`${body}`)
}
