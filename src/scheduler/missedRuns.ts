import { lastSuccesses } from '../db/operations.js'
import { currentSchedules, type EnqueueContext } from './enqueueDue.js'
import { lastDue } from './lastDue.js'

/**
 * Exchanges whose last moment is more than `alarm.missedAfterMinutes` ago without a run that ended well since: the
 * schedule, the workers or the provider have failed. One that never ended well counts from its first moment on.
 */
export async function missedRuns(context: EnqueueContext, now: Date): Promise<{ exchange: string; dueAt: Date }[]> {
  const graceMs = context.config.alarm.missedAfterMinutes * 60_000
  const successes = await lastSuccesses(context.database.db)
  const schedules = await currentSchedules(context)
  return schedules.flatMap((schedule) => {
    const { dueAt } = lastDue(schedule, new Date(now.getTime() - graceMs))
    const success = successes.get(schedule.exchange)
    return success !== undefined && success >= dueAt ? [] : [{ exchange: schedule.exchange, dueAt }]
  })
}
