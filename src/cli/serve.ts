import { once } from 'node:events'
import type { Command } from 'commander'
import { saveTicker } from '../db/tickers.js'
import { Scheduler } from '../scheduler/scheduler.js'
import { createApp } from '../web/app.js'
import { serveApp } from '../web/serveApp.js'
import { chooseTickers } from './chooseTickers.js'
import { type GlobalOptions, withSession } from './session.js'
import { version } from './version.js'

/** Adds `serve`: dashboard, schedule and worker in one process. */
export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('Serve the dashboard and keep forecasting on schedule, until Ctrl-C.')
  command.action(() => serve(command.optsWithGlobals()))
}

const serve = (options: GlobalOptions): Promise<void> =>
  withSession({ ...options, quiet: false }, async ({ config, database, log, runContext, signal }) => {
    const app = createApp({ db: database.db, now: runContext.clock, version, log })
    const server = await serveApp(app, config.server)
    process.stdout.write(`mambacast ${version}: ${server.url} (Ctrl-C stops)\n`)
    for (const ticker of await chooseTickers(database.db, config, { symbols: [] }))
      await saveTicker(database.db, ticker)
    const scheduler = new Scheduler(runContext)
    await scheduler.start()
    if (!signal.aborted) await once(signal, 'abort')
    log.info('stopping')
    await scheduler.stop()
    await server.close()
  })
