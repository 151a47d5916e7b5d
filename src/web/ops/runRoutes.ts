import { type Context, Hono } from 'hono'
import { cancelRun } from '../../db/cancelRun.js'
import type { Db } from '../../db/database.js'
import { enqueueRun } from '../../db/enqueueRun.js'
import type { Queue } from '../../db/queue.js'
import { retryRun } from '../../db/retryRun.js'
import { pausedTickers, pauseTicker, resumeTicker } from '../../db/tickerPauses.js'
import { activeTickers } from '../../db/tickers.js'
import { UserError } from '../../domain/errors.js'
import { safePath } from '../access/safePath.js'
import { formFields } from '../alertForm.js'
import { findKnown } from '../findKnown.js'
import { runPath } from '../partials/runWords.js'
import { RUN_ID } from '../query.js'
import { tickerPath } from '../routes.js'

export interface RunOptions {
  readonly db: Db
  readonly queue: Queue
  readonly now: () => Date
}

/** The forms that start and cancel runs and pause tickers. Each leads back to the page it stands on. */
export function runRoutes({ db, queue, now }: RunOptions): Hono {
  const routes = new Hono()
  routes.post('/runs', async (c) => {
    const id = await db.transaction(async (tx) => {
      const paused = await pausedTickers(tx)
      const tickers = (await activeTickers(tx)).map(({ symbol }) => symbol).filter((symbol) => !paused.has(symbol))
      if (tickers.length === 0) throw new UserError('There is no ticker to run.')
      return enqueueRun(tx, queue, { trigger: 'dashboard', exchange: null, tickers, now: now() })
    })
    return c.redirect(runPath(id), 303)
  })
  routes.post(`/runs/:id{${RUN_ID}}/retry`, async (c) => {
    const { ticker } = await formFields(c)
    const id = await retryRun(db, queue, { runId: c.req.param('id'), ticker, now: now() })
    return c.redirect(runPath(id), 303)
  })
  routes.post(`/runs/:id{${RUN_ID}}/cancel`, async (c) => {
    const id = c.req.param('id')
    await cancelRun(db, queue, id, now())
    return c.redirect(runPath(id), 303)
  })
  routes.post('/tickers/:symbol/pause', (c) => change(c, (symbol) => pauseTicker(db, symbol, now())))
  routes.post('/tickers/:symbol/resume', (c) => change(c, (symbol) => resumeTicker(db, symbol)))

  async function change(c: Context, act: (symbol: string) => Promise<unknown>): Promise<Response> {
    const ticker = await findKnown(db, c.req.param('symbol')!)
    if (!ticker) return c.notFound() as Response
    await act(ticker.symbol)
    const { back } = await formFields(c)
    return c.redirect(back === undefined ? tickerPath(ticker.symbol) : safePath(back), 303)
  }
  return routes
}
