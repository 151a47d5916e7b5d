import type { Config } from '../config.js'
import { interruptDeadRuns, orphanedParts } from '../db/abandonedRuns.js'
import { purgeChanges } from '../db/changes.js'
import type { Database } from '../db/database.js'
import { pruneModelStates } from '../db/modelStates.js'
import { type Reclaimed, reclaimJobs } from '../db/reclaim.js'
import { endRun, finishTicker } from '../db/runs.js'
import { askNoMore } from '../db/tickerDues.js'
import { pruneTrainingStates } from '../db/trainingStates.js'
import { NOTHING_DONE } from '../domain/run.js'
import type { Logger } from '../log.js'
import { sweepAlerts } from './alerts/sweepAlerts.js'
import { watchMarkets } from './alerts/watchMarkets.js'
import { isDatabaseAway } from './failure.js'

export interface SupervisorOptions {
  readonly database: Database
  readonly log: Logger
  readonly clock: () => Date
  readonly config: Config
}

const RECLAIM_EVERY_MS = 1_000
const MAINTAIN_EVERY_MS = 60_000
/** Trainings that nobody took up for a week will not be: newer bars have come. */
const KEEP_TRAININGS_MS = 7 * 24 * 60 * 60_000
/** A model that has not moved on by a block of rows for so long serves no more. */
const KEEP_STATES_MS = 365 * 24 * 60 * 60_000

/** Looks after what dead processes left: any number may do so side by side. */
export class Supervisor {
  readonly #timers: NodeJS.Timeout[] = []
  #work: Promise<void> | undefined
  #isMaintenanceDue = false

  constructor(private readonly options: SupervisorOptions) {}

  start(): void {
    this.#timers.push(
      setInterval(() => this.#look(), RECLAIM_EVERY_MS),
      setInterval(() => {
        this.#isMaintenanceDue = true
      }, MAINTAIN_EVERY_MS),
    )
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#work
  }

  /** One look at a time; maintenance that comes due during one waits for the next. */
  #look(): void {
    this.#work ??= this.#lookAfter()
      .catch((err) => this.options.log.warn({ err }, 'the database does not answer the supervisor'))
      .finally(() => {
        this.#work = undefined
      })
  }

  async #lookAfter(): Promise<void> {
    await reclaim(this.options)
    if (!this.#isMaintenanceDue) return
    this.#isMaintenanceDue = false
    await maintain(this.options)
  }
}

/** Hands jobs of dead workers back, and ends the part in its run of one that has seen too many deaths. */
export async function reclaim({ database: { db }, log, clock }: SupervisorOptions): Promise<void> {
  await db.transaction(async (tx) => {
    for (const { isRetried, ...job } of await reclaimJobs(tx)) {
      log.warn({ ...job, isRetried }, 'job of a dead worker')
      if (!isRetried && job.ticker) await giveUp(tx, job, 'its workers died again and again', clock())
    }
  })
}

/** What pg-boss, alerts and the runs need once in a while. */
const STEPS: Readonly<Record<string, (options: SupervisorOptions, now: Date) => Promise<unknown>>> = {
  'maintain the queue': ({ database: { queue } }) => queue.maintain(),
  'watch the markets': watchMarkets,
  'sweep alerts': ({ database: { db, queue }, log }, now) => sweepAlerts(db, queue, now, log),
  'prune training states': ({ database: { db } }, now) => pruneTrainingStates(db, before(now, KEEP_TRAININGS_MS)),
  'purge changes': ({ database: { db } }) => purgeChanges(db),
  'prune model states': ({ database: { db } }, now) => pruneModelStates(db, before(now, KEEP_STATES_MS)),
  'end runs of dead processes': endDeadRuns,
  'end parts whose job is gone': endOrphans,
}

/**
 * Takes every step, whatever became of those before it, and returns those that failed: each is told in the log.
 * @throws the first error that says that the database is away, for no later step could do better
 */
export async function maintain(options: SupervisorOptions): Promise<string[]> {
  const { log, clock } = options
  const failed: string[] = []
  for (const [step, take] of Object.entries(STEPS))
    try {
      await take(options, clock())
    } catch (err) {
      if (isDatabaseAway(err)) throw err
      log.error({ err, step }, 'maintenance failed')
      failed.push(step)
    }
  return failed
}

const before = (now: Date, ms: number): Date => new Date(now.getTime() - ms)

async function endDeadRuns({ database: { db }, log }: SupervisorOptions, now: Date): Promise<void> {
  for (const runId of await interruptDeadRuns(db, now)) log.warn({ runId }, 'run of a dead process')
}

async function endOrphans({ database: { db }, log }: SupervisorOptions, now: Date): Promise<void> {
  for (const part of await orphanedParts(db)) {
    log.error(part, 'job is gone')
    await db.transaction((tx) => giveUp(tx, part, 'its job took too long or is gone', now))
  }
}

type Part = { readonly runId: Reclaimed['runId']; readonly ticker: Reclaimed['ticker'] }

async function giveUp(
  tx: Parameters<typeof finishTicker>[0],
  { runId, ticker }: Part,
  reason: string,
  now: Date,
): Promise<void> {
  const message = `${ticker}: ${reason}`
  const progress = { stage: 'failed', done: 0, total: 0, message } as const
  await finishTicker(tx, runId, ticker!, { progress, facts: NOTHING_DONE }, now)
  await askNoMore(tx, ticker!)
  await endRun(tx, runId, now)
}
