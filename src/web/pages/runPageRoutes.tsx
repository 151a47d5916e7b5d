import { type Context, Hono } from 'hono'
import type { Db } from '../../db/database.js'
import type { MissedRun } from '../../db/missedRuns.js'
import { recentRuns } from '../../db/recentRuns.js'
import { mayOperate } from '../access/visitor.js'
import { earliest, goodUntil } from '../cache/shows.js'
import { silentFrom } from '../freshness.js'
import { RunStatus } from '../partials/runStatus.js'
import { RUN_ID, runsQuery } from '../query.js'
import { runView } from '../runView.js'
import { page, partial } from './answers.js'
import type { Frame } from './layout.js'
import type { Pages } from './pageRoutes.js'
import { RunPage } from './runPage.js'
import { RunList, RunsPage, type RunsProps } from './runsPage.js'

interface RunPagesOptions extends Frame {
  readonly db: Db
  readonly now: () => Date
  /** Whether runs can be started at all from here. */
  readonly canRun: boolean
  readonly missedRuns: (now: Date) => Promise<readonly MissedRun[]>
  readonly message: Pages['message']
}

const RUNS_SHOWN = 30

/** The list of runs and the page of each, with the partials that they ask for again. */
export function runPages({ db, now, canRun, missedRuns, message, ...frame }: RunPagesOptions): Hono {
  const routes = new Hono()
  const list = async (c: Context): Promise<RunsProps> => {
    const before = runsQuery(c)
    const [found, missed] = await Promise.all([recentRuns(db, RUNS_SHOWN + 1, before), missedRuns(now())])
    const runs = found.slice(0, RUNS_SHOWN)
    goodUntil(c, earliest(runs.map(silentFrom)))
    return { runs, hasOlder: found.length > runs.length, before, missed, now: now(), mayRun: canRun && mayOperate(c) }
  }
  const one = async (c: Context) => {
    const view = await runView(db, c.req.param('id')!, now(), canRun && mayOperate(c))
    goodUntil(c, silentFrom(view?.run))
    return view
  }

  routes.get('/runs', async (c) => page(c, <RunsPage frame={frame} {...(await list(c))} />))
  routes.get('/partials/runs', async (c) => partial(c, <RunList {...(await list(c))} />))
  routes.get(`/runs/:id{${RUN_ID}}`, async (c) => {
    const view = await one(c)
    if (view) return page(c, <RunPage frame={frame} view={view} />)
    return message(c, 404, 'No such run', 'It may have found nothing new: then it is counted with the run before it.')
  })
  routes.get(`/partials/runs/:id{${RUN_ID}}`, async (c) => {
    const view = await one(c)
    if (view) return partial(c, <RunStatus view={view} />)
    c.header('HX-Redirect', '/runs')
    return c.body(null)
  })
  return routes
}
