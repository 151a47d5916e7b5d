import { type Context, Hono } from 'hono'
import type { Db } from '../../db/database.js'
import { listedTickers } from '../../db/tickers.js'
import type { AddedTicker, TickerDesk } from '../../domain/tickerDesk.js'
import { mayOperate } from '../access/visitor.js'
import { formFields } from '../alertForm.js'
import { findKnown } from '../findKnown.js'
import { page } from './answers.js'
import type { Frame } from './layout.js'
import { TickersPage } from './tickersPage.js'

interface TickersOptions extends Frame {
  readonly db: Db
  /** Without it tickers can only be seen. */
  readonly desk: TickerDesk | undefined
}

/** Added at once at most: each is asked for while somebody waits. */
const MOST = 200

/** The page of tickers, and the forms that add and remove them; pausing is a matter of `ops/runRoutes.ts`. */
export function tickersRoutes({ db, desk, ...frame }: TickersOptions): Hono {
  const routes = new Hono()
  const show = async (c: Context, sent?: { results: readonly AddedTicker[]; sourceId: string }) => {
    const tickers = await listedTickers(db)
    const sources = desk && mayOperate(c) ? await desk.sources() : []
    const view = { tickers, sources, configured: desk?.configured ?? new Set(), isWritable: sources.length > 0 }
    return page(c, <TickersPage frame={frame} view={view} sent={sent} />)
  }

  routes.get('/tickers', (c) => show(c))
  if (!desk) return routes

  routes.post('/tickers', async (c) => {
    const { symbols = '', source: sourceId = '' } = await formFields(c)
    const wanted = [...new Set(symbols.split(/[\s,;]+/).filter(Boolean))]
    const results = await desk.add(wanted.slice(0, MOST), sourceId)
    const rest = wanted.slice(MOST).map((symbol) => ({
      ...{ symbol, outcome: 'late' as const },
      message: `was left out: ${MOST} at once at most`,
    }))
    return show(c, { results: [...results, ...rest], sourceId })
  })
  routes.post('/tickers/:symbol/remove', async (c) => {
    const ticker = await findKnown(db, c.req.param('symbol'))
    if (!ticker) return c.notFound()
    await desk.remove(ticker.symbol)
    return c.redirect('/tickers', 303)
  })
  return routes
}
