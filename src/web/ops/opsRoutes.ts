import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import type { Db } from '../../db/database.js'
import type { MissedRun } from '../../db/missedRuns.js'
import type { Logger } from '../../log.js'
import { problem } from '../problem.js'
import { metricsText } from './metrics.js'

export interface OpsOptions {
  readonly db: Db
  readonly now: () => Date
  readonly version: string
  readonly log: Pick<Logger, 'error'>
  readonly missedRuns: (now: Date) => Promise<readonly MissedRun[]>
}

/**
 * For those who run it: `/healthz` (the process lives; a database that is away is no reason to kill it), `/readyz` (it can
 * answer), `/metrics` (Prometheus).
 */
export function opsRoutes({ db, now, version, log, missedRuns }: OpsOptions): Hono {
  const routes = new Hono()
  routes.get('/healthz', (c) => c.json({ status: 'ok', version }))
  routes.get('/readyz', async (c) => {
    try {
      await db.execute(sql`select 1`)
      return c.json({ status: 'ready', version })
    } catch (err) {
      log.error({ err }, 'readiness check: the database does not answer')
      return problem(c, 503, 'Database does not answer')
    }
  })
  routes.get('/metrics', async (c) =>
    c.text(await metricsText(db, now(), await missedRuns(now())), 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    }),
  )
  return routes
}
