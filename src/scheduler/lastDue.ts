import { CronExpressionParser } from 'cron-parser'
import type { ExchangeSchedule } from './exchangeSchedules.js'

/** A moment of a schedule, and the session whose bars are read then. */
export interface Due {
  readonly dueAt: Date
  /** The day it is in the schedule's time zone, `YYYY-MM-DD`. */
  readonly session: string
}

/**
 * The schedule's last moment up to and including `now`. Pure: whatever was missed before it, by a machine that was off
 * or by a clock that was wrong, is made good by the one run for that moment, which reads all bars that are new.
 */
export function lastDue({ cron, timezone }: Pick<ExchangeSchedule, 'cron' | 'timezone'>, now: Date): Due {
  const justAfter = new Date(Math.floor(now.getTime() / 1000) * 1000 + 1000)
  const dueAt = CronExpressionParser.parse(cron, { currentDate: justAfter, tz: timezone }).prev().toDate()
  return { dueAt, session: dayIn(timezone, dueAt) }
}

/** Sweden writes dates as ISO 8601 does. */
const dayIn = (timeZone: string, at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
