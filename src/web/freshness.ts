import type { OverviewRow } from '../db/overview.js'
import type { RunRow } from '../db/runs.js'
import type { Stage, TickerProgress } from '../domain/run.js'

/** What a ticker's row has to say beside its numbers. */
export type Freshness =
  | { readonly state: 'fresh' }
  | { readonly state: 'waiting' }
  /** Nobody works on it until it is resumed. */
  | { readonly state: 'paused' }
  | { readonly state: 'working'; readonly progress: TickerProgress }
  | { readonly state: 'failed'; readonly message: string }
  /** The session it speaks of is `days` over, and no newer bar has come. */
  | { readonly state: 'stale'; readonly days: number }

/** A weekend with a holiday on either side. */
const STALE_AFTER_DAYS = 4
/** A run that gives no sign of life for this long has most likely died. */
const SILENT_AFTER_MS = 120_000

const QUARTER_MS = 900_000
const DAY_MS = 86_400_000
/** Kiritimati, UTC+14. */
const FARTHEST_EAST_MS = 14 * 3_600_000

type RunSigns = Pick<RunRow, 'status' | 'heartbeatAt'>
/** Stages after which nothing of a run comes. */
const ENDED: readonly Stage[] = ['done', 'failed']

/** Whether the run is at work, as far as its heartbeat shows. */
export const isRunning = (run: RunSigns | undefined, now: Date): boolean =>
  run?.status === 'running' && !isSilent(run, now)

/** Whether a run that calls itself running has stopped giving signs of life. */
export const isSilent = (run: RunSigns, now: Date): boolean =>
  run.status === 'running' && now.getTime() - run.heartbeatAt.getTime() > SILENT_AFTER_MS

/** Whether the run has something of that ticker still to do, if it lives. */
export const isUnderWay = (run: RunRow | undefined, symbol: string): boolean => {
  const progress = run?.progress[symbol]
  return progress !== undefined && !ENDED.includes(progress.stage)
}

/** When the run will have fallen silent unless it gives a sign of life; undefined when it has ended. */
export const silentFrom = (run: RunSigns | undefined): Date | undefined =>
  run?.status === 'running' ? new Date(run.heartbeatAt.getTime() + SILENT_AFTER_MS + 1) : undefined

/** The state of one ticker's forecast at `now`. */
export function freshnessOf(
  { symbol, timezone, forecast, isPaused }: Pick<OverviewRow, 'symbol' | 'timezone' | 'forecast' | 'isPaused'>,
  run: RunRow | undefined,
  now: Date,
): Freshness {
  if (isPaused) return { state: 'paused' }
  const progress = run?.progress[symbol]
  if (progress?.stage === 'failed') return { state: 'failed', message: progress.message ?? 'no reason was recorded' }
  if (progress && isRunning(run, now) && !['waiting', 'done'].includes(progress.stage))
    return { state: 'working', progress }
  if (!forecast) return { state: 'waiting' }
  const days = daysBetween(forecast.target, sessionDate(now, timezone))
  return days > STALE_AFTER_DAYS ? { state: 'stale', days } : { state: 'fresh' }
}

/** When that state changes by the calendar alone: the midnight at which it turns stale, or stale by a day more. */
export function turnsAt(
  { timezone, forecast }: Pick<OverviewRow, 'timezone' | 'forecast'>,
  now: Date,
): Date | undefined {
  if (!forecast) return undefined
  const days = daysBetween(forecast.target, sessionDate(now, timezone))
  const date = Date.parse(forecast.target) + (Math.max(days, STALE_AFTER_DAYS) + 1) * DAY_MS
  return midnight(new Date(date).toISOString().slice(0, 10), timezone)
}

/** Found once: most tickers of an exchange turn at the same one. */
const midnights = new Map<string, Date>()

/** When the calendar date begins in `timezone`. Everywhere that is at a full quarter of an hour. */
function midnight(date: string, timezone: string): Date {
  const key = `${date} ${timezone}`
  const known = midnights.get(key)
  if (known) return known
  let at = Date.parse(date) - FARTHEST_EAST_MS
  while (sessionDate(new Date(at), timezone) < date) at += QUARTER_MS
  const found = new Date(at)
  midnights.set(key, found)
  return found
}

/** A format takes longer to make than to use, and there are as many as there are time zones. */
const dateFormats = new Map<string, Intl.DateTimeFormat>()

/** The calendar date at `now` in `timezone`, as `YYYY-MM-DD`. */
function sessionDate(now: Date, timeZone: string): string {
  const format =
    dateFormats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  dateFormats.set(timeZone, format)
  return format.format(now)
}

const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS)
