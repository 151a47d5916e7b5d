import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { alertTroubles } from '../../db/alertLog.js'
import type { Db } from '../../db/database.js'
import type { MissedRun } from '../../db/missedRuns.js'
import { mayOperate } from '../access/visitor.js'
import { briefView } from '../briefView.js'
import { goodUntil, showsOnly } from '../cache/shows.js'
import { findKnown } from '../findKnown.js'
import { overviewView } from '../overviewView.js'
import { Board, type BoardProps } from '../partials/board.js'
import { NextSession } from '../partials/nextSession.js'
import { isFiltered, overviewQuery, seenQuery, tickerQuery } from '../query.js'
import { nextView, tickerView } from '../tickerView.js'
import { page, partial } from './answers.js'
import type { Frame } from './layout.js'
import { MessagePage } from './messagePage.js'
import { OverviewPage } from './overviewPage.js'
import { TickerPage } from './tickerPage.js'

export interface Pages {
  readonly routes: Hono
  message(c: Context, status: ContentfulStatusCode, title: string, text: string): Response | Promise<Response>
}

export interface PageOptions extends Frame {
  readonly db: Db
  readonly now: () => Date
  /** Whether runs can be started at all from here. */
  readonly canRun: boolean
  readonly missedRuns: (now: Date) => Promise<readonly MissedRun[]>
}

/** The pages, and the partials that they ask for again. */
export function pageRoutes({ db, now, canRun, missedRuns, ...frame }: PageOptions): Pages {
  const routes = new Hono()
  const message: Pages['message'] = (c, status, title, text) =>
    page(c, <MessagePage frame={frame} status={status} title={title} text={text} />, status)
  const board = async (c: Context): Promise<BoardProps> => {
    const query = overviewQuery(c)
    const [view, missed] = await Promise.all([
      overviewView(db, query, now(), canRun && mayOperate(c)),
      missedRuns(now()),
    ])
    goodUntil(c, view.until)
    return { view, missed, brief: isFiltered(query) ? undefined : await briefView(db, view.all) }
  }

  routes.get('/', async (c) => {
    const [shown, troubles] = await Promise.all([board(c), alertTroubles(db)])
    return page(c, <OverviewPage frame={frame} {...shown} troubles={troubles} />)
  })
  routes.get('/partials/board', async (c) => partial(c, <Board {...(await board(c))} />))

  routes.get('/tickers/:symbol', async (c) => {
    const query = tickerQuery(c)
    const ticker = await findKnown(db, c.req.param('symbol'))
    if (!ticker) return c.notFound()
    showsOnly(c, ticker.symbol)
    const view = await tickerView(db, ticker, query, now(), canRun && mayOperate(c))
    goodUntil(c, view.until)
    return page(c, <TickerPage frame={frame} view={view} />)
  })
  routes.get('/partials/tickers/:symbol/next', async (c) => {
    const seen = seenQuery(c)
    const ticker = await findKnown(db, c.req.param('symbol'))
    if (!ticker) return c.notFound()
    showsOnly(c, ticker.symbol)
    const view = await nextView(db, ticker, now())
    goodUntil(c, view.until)
    if (view.forecast?.asOf !== seen) c.header('HX-Refresh', 'true')
    return partial(c, <NextSession view={view} />)
  })
  return { routes, message }
}
