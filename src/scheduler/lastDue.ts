import { CronExpressionParser } from 'cron-parser'
import { isClosed } from '../ingest/sessionClose.js'
import type { ExchangeSchedule } from './exchangeSchedules.js'

/** A moment of a schedule, and the session whose bars are read then. */
export interface Due {
  readonly dueAt: Date
  /** The exchange's last day that is over by then, `YYYY-MM-DD`: its session, unless it was a holiday. */
  readonly session: string
}

const DAY_MS = 86_400_000

/**
 * The schedule's last moment up to and including `now`. Pure: whatever was missed before it, by a machine that was off
 * or by a clock that was wrong, is made good by the one run for that moment, which reads all bars that are new.
 */
export function lastDue(schedule: ExchangeSchedule, now: Date): Due {
  const { cron, timezone: tz } = schedule
  const back = CronExpressionParser.parse(cron, { currentDate: new Date(now.getTime() + 1000), tz })
  back.prev()
  let dueAt = back.prev().toDate()
  // Forwards, a moment in the hour that daylight saving leaves out comes later that day, and one in the hour that comes
  // twice comes once; backwards the parser knows neither.
  const on = CronExpressionParser.parse(cron, { currentDate: dueAt, tz })
  for (let next = on.next().toDate(); next <= now; next = on.next().toDate()) dueAt = next
  return { dueAt, session: lastClosed(schedule, dueAt) }
}

function lastClosed({ exchange: code, exchangeTimezone: timezone }: ExchangeSchedule, at: Date): string {
  const today = dayIn(timezone, at)
  return isClosed(today, { code, timezone }, at)
    ? today
    : new Date(Date.parse(today) - DAY_MS).toISOString().slice(0, 10)
}

/** Sweden writes dates as ISO 8601 does. */
const dayIn = (timeZone: string, at: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
