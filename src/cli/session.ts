import { availableParallelism } from 'node:os'
import { type Config, loadConfig } from '../config.js'
import { type Database, openDatabase } from '../db/database.js'
import { createProviders } from '../ingest/providers.js'
import { createLogger, type Logger } from '../log.js'
import { createTrainingPool } from '../model/trainingPool.js'
import type { RunContext } from '../scheduler/runOnce.js'
import { version } from './version.js'

export interface GlobalOptions {
  /** Path of the configuration file. */
  readonly config?: string
  readonly json?: boolean
  readonly verbose?: boolean
}

export interface Session {
  readonly config: Config
  readonly log: Logger
  readonly database: Database
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  /** Everything a run needs; its threads start with the first training. */
  readonly runContext: RunContext
}

/** Opens configuration, log, database and thread pool, does `work`, and closes them whatever happens. */
export async function withSession(
  options: GlobalOptions & { readonly quiet: boolean; readonly concurrency?: number | undefined },
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const config = loadConfig(process.env, options.config)
  const log = createLogger(options.verbose ? 'debug' : options.quiet ? 'silent' : config.log.level)
  const { signal, restore } = interruptSignal()
  const database = await openDatabase({ url: config.databaseUrl, dataDir: config.dataDir })
  const concurrency = options.concurrency ?? (config.model.workers || availableParallelism())
  const pool = createTrainingPool({ threads: concurrency, backend: config.model.backend })
  const providers = createProviders(config.providers, { environment: (name) => process.env[name], log })
  const clock = () => new Date()
  try {
    const runContext = { database, config, log, clock, pool, providers, concurrency, codeVersion: version }
    await work({ config, log, database, signal, runContext })
  } finally {
    await pool.close()
    await database.close()
    restore()
  }
}

/** Why a session's signal was aborted. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  constructor(readonly by: NodeJS.Signals) {
    super('stopped')
  }
}

/** The first Ctrl-C or SIGTERM asks for a clean end; a second one ends at once. */
function interruptSignal(): { signal: AbortSignal; restore: () => void } {
  const controller = new AbortController()
  const names = ['SIGINT', 'SIGTERM'] as const
  const onSignal = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(1)
    controller.abort(new Interruption(name))
  }
  for (const name of names) process.on(name, onSignal)
  return {
    signal: controller.signal,
    restore: () => {
      for (const name of names) process.off(name, onSignal)
    },
  }
}
