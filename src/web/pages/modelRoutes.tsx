import { Hono } from 'hono'
import type { Db } from '../../db/database.js'
import { lifecycles } from '../../db/lifecycle.js'
import { promote, rollBack, type SuccessionListener } from '../../db/succession.js'
import { mayOperate } from '../access/visitor.js'
import { findKnown } from '../findKnown.js'
import { modelsQuery } from '../query.js'
import { modelsPath } from '../routes.js'
import { page } from './answers.js'
import type { Frame } from './layout.js'
import { ModelsPage } from './modelsPage.js'

interface ModelsOptions extends Frame {
  readonly db: Db
  readonly now: () => Date
  readonly onSuccession?: SuccessionListener | undefined
}

const TICKERS_SHOWN = 40
/** How an address names a model. */
const MODEL_ID = '[\\w.@-]+'

/** The page of models, and the forms that promote one and roll back. Each leads to the page of its ticker. */
export function modelRoutes({ db, now, onSuccession, ...frame }: ModelsOptions): Hono {
  const routes = new Hono()
  routes.get('/models', async (c) => {
    const query = modelsQuery(c)
    const found = await lifecycles(db, { ...query, limit: TICKERS_SHOWN + 1 })
    if (query.ticker !== undefined && found.length === 0) return c.notFound()
    const tickers = found.slice(0, TICKERS_SHOWN)
    return page(
      c,
      <ModelsPage
        frame={frame}
        {...{ tickers, query }}
        hasMore={found.length > tickers.length}
        mayOperate={mayOperate(c)}
      />,
    )
  })
  routes.post(`/models/:id{${MODEL_ID}}/promote`, async (c) => {
    const { ticker } = await promote(db, c.req.param('id'), now(), onSuccession)
    return c.redirect(modelsPath(ticker), 303)
  })
  routes.post('/tickers/:symbol/rollback', async (c) => {
    const ticker = await findKnown(db, c.req.param('symbol'))
    if (!ticker) return c.notFound()
    await rollBack(db, ticker.symbol, now(), onSuccession)
    return c.redirect(modelsPath(ticker.symbol), 303)
  })
  return routes
}
