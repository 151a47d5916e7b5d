import type { Hono } from 'hono'
import { configSources, loadConfig } from '../config.js'
import { connect } from '../db/database.js'
import { UserError } from '../domain/errors.js'
import { createLogger } from '../log.js'
import { tellSuccession } from '../scheduler/alerts/tellSuccession.js'
import { createApp } from '../web/app.js'
import { version } from './version.js'

/** Connections of one instance; a host that calls functions runs many of them. */
const POOL_SIZE = 2

let app: Hono | undefined

/**
 * The dashboard as a function from request to response, for hosts that call one: made at the first request, and never
 * open, for others can reach it: people log in, or `access.public` lets them read. The database is `DATABASE_URL`'s, brought
 * up to date by `mambacast migrate`; the work, alerts included, is done by `mambacast tick` elsewhere.
 *
 * @throws UserError without DATABASE_URL: an embedded server would end with the function.
 */
export function fetch(request: Request): Response | Promise<Response> {
  app ??= start()
  return app.fetch(request)
}

function start(): Hono {
  const config = loadConfig(process.env)
  if (!config.databaseUrl)
    throw new UserError('DATABASE_URL is needed here: postgres://user:password@host:5432/database')
  const database = connect(config.databaseUrl, POOL_SIZE)
  const settings = { config, sourceOf: configSources(process.env) }
  const access = { config: config.access, listensOnLoopback: false }
  return createApp({
    ...{ db: database.db, now: () => new Date(), version, log: createLogger(config.log.level), access, settings },
    onSuccession: tellSuccession({ database, config }),
  })
}

export default { fetch }
