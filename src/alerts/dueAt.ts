import { CronExpressionParser } from 'cron-parser'
import type { QuietHours, Subscription } from '../domain/alert.js'

/** When an alert that fires at `now` is first due: at once, after quiet hours, or with the next digest. */
export function dueAt(
  subscription: Pick<Subscription, 'mode' | 'digestAt' | 'quietHours' | 'timezone'>,
  now: Date,
): Date {
  const { mode, digestAt, quietHours, timezone } = subscription
  const at = mode === 'digest' ? nextTimeOfDay(now, digestAt, timezone) : now
  return afterQuietHours(at, quietHours, timezone)
}

/** `at`, or the end of the quiet hours that it falls into. */
export function afterQuietHours(at: Date, quiet: QuietHours | null, timezone: string): Date {
  if (!quiet || quiet.from === quiet.to) return at
  const end = nextTimeOfDay(at, quiet.to, timezone)
  const start = nextTimeOfDay(at, quiet.from, timezone)
  const isWithin = end < start || timeOfDay(at, timezone) === quiet.from
  return isWithin ? end : at
}

/** The first moment after `at` with that time of day (`HH:MM`) in an IANA time zone, daylight saving respected. */
function nextTimeOfDay(at: Date, time: string, timezone: string): Date {
  const [hour, minute] = time.split(':').map(Number)
  return CronExpressionParser.parse(`${minute} ${hour} * * *`, { currentDate: at, tz: timezone }).next().toDate()
}

const timeOfDay = (at: Date, timezone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    at,
  )
