import type { Config } from '../config.js'
import type { Database } from '../db/database.js'
import { enqueueRun } from '../db/enqueueRun.js'
import { claimDue, tickersBehind } from '../db/tickerDues.js'
import { activeTickers } from '../db/tickers.js'
import type { RunTrigger } from '../domain/run.js'
import type { Logger } from '../log.js'
import { claimLate, nextAskAt } from './askAgain.js'
import { type ExchangeSchedule, exchangeSchedules } from './exchangeSchedules.js'
import { MODEL_FORECASTER } from './jobs/fitModel.js'
import { lastDue } from './lastDue.js'

export interface EnqueueContext {
  readonly database: Database
  readonly config: Config
  readonly log: Logger
}

/** The schedules of all exchanges that have active tickers. */
export async function currentSchedules({ database, config }: EnqueueContext): Promise<ExchangeSchedule[]> {
  const tickers = await activeTickers(database.db)
  return exchangeSchedules(
    tickers.map(({ exchange, timezone }) => ({ code: exchange, timezone })),
    config.schedules,
  )
}

/**
 * Enqueues what is due at `now`: for each exchange the tickers that nobody has claimed since its schedule's last moment
 * and that the data show to be behind, and those whose session had not come when they were asked before. Exactly once, however many call it at once and however often: the claim and the
 * jobs are one transaction.
 *
 * @returns ids of the runs that began.
 */
export async function enqueueDue(context: EnqueueContext, trigger: RunTrigger, now: Date): Promise<string[]> {
  const ids: string[] = []
  for (const schedule of await currentSchedules(context)) {
    const id = await enqueueExchange(context, schedule, trigger, now)
    if (id) ids.push(id)
  }
  return ids
}

async function enqueueExchange(
  { database: { db, queue }, config, log }: EnqueueContext,
  schedule: ExchangeSchedule,
  trigger: RunTrigger,
  now: Date,
): Promise<string | undefined> {
  const { exchange } = schedule
  const { dueAt, session } = lastDue(schedule, now)
  return db.transaction(async (tx) => {
    const claimed = await claimDue(tx, exchange, dueAt, nextAskAt(config.lateSessions, 1, now))
    const behind = await tickersBehind(tx, claimed, session, MODEL_FORECASTER)
    const late = await claimLate(tx, { exchange, session }, config.lateSessions, now)
    const tickers = [...behind, ...late]
    if (tickers.length === 0) return undefined
    const runId = await enqueueRun(tx, queue, { trigger, exchange, tickers, now })
    if (config.alarm.pingUrl) await queue.send(tx, [{ kind: 'deliver', data: { runId, event: 'start', message: '' } }])
    log.info({ runId, exchange, dueAt, session, tickers: tickers.length, late: late.length }, 'run enqueued')
    return runId
  })
}
