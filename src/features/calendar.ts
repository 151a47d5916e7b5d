import type { FeatureColumn, Series } from './series.js'

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
const ONE_DAY_MS = 86_400_000

/** Weekday of the session as 0 or 1 (none on weekends) and log days since the session before. (L) each. */
export function calendarFeatures({ sessions }: Series): FeatureColumn[] {
  const times = sessions.map((session) => Date.parse(`${session}T00:00:00Z`))
  const weekdays = times.map((time) => new Date(time).getUTCDay())
  const gap = times.map((time, t) => (t === 0 ? Number.NaN : Math.log((time - times[t - 1]!) / ONE_DAY_MS)))
  return [
    ...WEEKDAYS.slice(1, 6).map((name, i) => ({
      name: `is_${name}`,
      values: Float64Array.from(weekdays, (weekday) => (weekday === i + 1 ? 1 : 0)),
    })),
    { name: 'log_days_since', values: Float64Array.from(gap) },
  ]
}
