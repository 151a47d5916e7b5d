import type { Command } from 'commander'
import { CHANNELS } from '../alerts/channels/channels.js'
import { configSources } from '../config.js'
import { Desk } from '../scheduler/alerts/alertDesk.js'
import { tellSuccession } from '../scheduler/alerts/tellSuccession.js'
import { Scheduler } from '../scheduler/scheduler.js'
import { TickerRegistrar } from '../scheduler/tickerRegistrar.js'
import { isLoopback } from '../web/access/loopback.js'
import { requireGuard } from '../web/access/startCheck.js'
import { createApp } from '../web/app.js'
import { AnswerCache } from '../web/cache/answerCache.js'
import { renewAnswers } from '../web/cache/renewAnswers.js'
import { serveApp } from '../web/serveApp.js'
import { registerSeries } from './registerSeries.js'
import { registerTickers } from './registerTickers.js'
import { type GlobalOptions, type Session, withSession } from './session.js'
import { version } from './version.js'
import { workUntilInterrupted } from './work.js'

/** Adds `serve`: dashboard, schedule and worker in one process. */
export function addServeCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('Serve the dashboard and keep forecasting on schedule, until Ctrl-C.')
    .option('--no-worker', 'leave the work to mambacast worker')
    .option('--no-schedule', 'leave the schedule to mambacast tick or another server')
  command.action(() => serve(command.optsWithGlobals()))
}

interface ServeOptions extends GlobalOptions {
  readonly worker: boolean
  readonly schedule: boolean
}

const serve = (options: ServeOptions): Promise<void> =>
  withSession({ ...options, quiet: false }, async (session) => {
    const { config, database, log, runContext } = session
    const alerts = {
      desk: new Desk({ database, config, clock: runContext.clock }),
      channels: CHANNELS,
    }
    await requireGuard(database.db, config)
    const ended = new AbortController()
    const signal = AbortSignal.any([session.signal, ended.signal])
    const answers = new AnswerCache({ db: database.prepared, now: runContext.clock })
    const app = createApp({
      answers,
      ...{ db: database.prepared, now: runContext.clock, version, log, alerts, publicUrl: config.alerts.publicUrl },
      access: { config: config.access, listensOnLoopback: isLoopback(config.server.host) },
      runs: { queue: database.queue },
      onSuccession: tellSuccession({ database, config }),
      tickers: new TickerRegistrar(runContext),
      settings: { config, sourceOf: configSources(process.env, options.config) },
      events: { sql: database.sql, signal },
    })
    const server = await serveApp(app, config.server)
    const renewing = renewAnswers({ cache: answers, app, now: runContext.clock, log, signal })
    const scheduler = new Scheduler(runContext)
    try {
      process.stdout.write(`mambacast ${version}: ${server.url} (Ctrl-C stops)\n`)
      if (options.schedule) await startSchedule(session, scheduler)
      await workUntilInterrupted(session, options.worker ? undefined : [], () => scheduler.stop())
    } finally {
      await scheduler.stop()
      ended.abort()
      await renewing
      await server.close()
    }
  })

async function startSchedule(session: Session, scheduler: Scheduler): Promise<void> {
  await registerTickers(session)
  await registerSeries(session)
  await scheduler.start()
}
