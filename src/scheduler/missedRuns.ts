import { expectedTickers, type MissedRun } from '../db/missedRuns.js'
import { lastSuccesses } from '../db/operations.js'
import { tickersBehind } from '../db/tickerDues.js'
import { currentSchedules, type EnqueueContext } from './enqueueDue.js'
import type { ExchangeSchedule } from './exchangeSchedules.js'
import { MODEL_FORECASTER } from './jobs/fitModel.js'
import { lastDue } from './lastDue.js'

/** Whether the last moment of an exchange's schedule was missed. */
export interface Watched {
  readonly exchange: string
  readonly missed: MissedRun | undefined
}

/**
 * Looks at each exchange's last moment that is more than `alarm.missedAfterMinutes` ago. It was missed when no run has
 * ended well since and tickers lack a forecast: the schedule, the workers or the provider have failed.
 */
export async function missedRuns(context: EnqueueContext, now: Date): Promise<Watched[]> {
  const before = new Date(now.getTime() - context.config.alarm.missedAfterMinutes * 60_000)
  const successes = await lastSuccesses(context.database.db)
  const watched: Watched[] = []
  for (const schedule of await currentSchedules(context))
    watched.push({
      exchange: schedule.exchange,
      missed: await missedRun(context, schedule, before, successes.get(schedule.exchange)),
    })
  return watched
}

async function missedRun(
  { database: { db } }: EnqueueContext,
  schedule: ExchangeSchedule,
  before: Date,
  success: Date | undefined,
): Promise<MissedRun | undefined> {
  const { exchange } = schedule
  const { dueAt, session } = lastDue(schedule, before)
  if (success !== undefined && success >= dueAt) return undefined
  // With all forecasts there, as after a run by hand, nothing was missed.
  const tickers = await tickersBehind(db, await expectedTickers(db, exchange, dueAt), session, MODEL_FORECASTER)
  return tickers.length > 0 ? { exchange, dueAt, tickers } : undefined
}
