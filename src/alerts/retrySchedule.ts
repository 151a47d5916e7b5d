const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Waits before each attempt after the first: Standard Webhooks 1.0.0, "deliverability and reliability". */
export const RETRY_DELAYS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const

/** Share of a wait that is random, so that what failed together is not tried together. */
const JITTER = 0.2
const LONGEST_PAUSE_MS = 24 * HOUR
const DISABLE_AFTER_MS = 5 * 24 * HOUR

/** When attempt `attempts + 1` is due after `attempts` failures, or null when none is left. @param random In [0, 1). */
export function nextAttemptAt(attempts: number, now: Date, random: number): Date | null {
  const delay = RETRY_DELAYS_MS[attempts - 1]
  return delay === undefined ? null : new Date(now.getTime() + Math.round(delay * (1 + JITTER * random)))
}

/** Whether an endpoint that has failed without a break since then is to be disabled. */
export const hasFailedTooLong = (failingSince: Date, now: Date): boolean =>
  now.getTime() - failingSince.getTime() >= DISABLE_AFTER_MS

/** How long an endpoint is left alone after a throttled answer that names no time: 30 s, doubled by each failure in a row. */
export const pauseMs = (attempts: number): number => Math.min(30 * SECOND * 2 ** Math.max(0, attempts - 1), HOUR)

/**
 * Reads Retry-After (RFC 9110, section 10.2.3): seconds, or an HTTP date. At most a day; undefined when it says nothing.
 */
export function retryAfter(header: string | undefined, now: Date): Date | undefined {
  if (header === undefined) return undefined
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * SECOND : Date.parse(header) - now.getTime()
  return Number.isNaN(ms) ? undefined : new Date(now.getTime() + Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS))
}
