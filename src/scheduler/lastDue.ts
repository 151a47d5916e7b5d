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
export function lastDue({ cron, timezone: tz }: Pick<ExchangeSchedule, 'cron' | 'timezone'>, now: Date): Due {
  const back = CronExpressionParser.parse(cron, { currentDate: new Date(now.getTime() + 1000), tz })
  back.prev()
  let dueAt = back.prev().toDate()
  // Forwards, a moment in the hour that daylight saving leaves out comes later that day, and one in the hour that comes
  // twice comes once; backwards the parser knows neither.
  const on = CronExpressionParser.parse(cron, { currentDate: dueAt, tz })
  for (let next = on.next().toDate(); next <= now; next = on.next().toDate()) dueAt = next
  return { dueAt, session: dayIn(tz, dueAt) }
}

/** Sweden writes dates as ISO 8601 does. */
const dayIn = (timeZone: string, at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
