import type { DeliveryOutcome, QuietHours } from '../domain/alert.js'
import { afterQuietHours } from './dueAt.js'
import type { Answer } from './httpSender.js'
import { nextAttemptAt, pauseMs, retryAfter } from './retrySchedule.js'

/** Answers that ask for fewer requests (Standard Webhooks 1.0.0 names 429, 502 and 504). */
const THROTTLED = [429, 502, 503, 504]

export interface Outcome {
  readonly outcome: DeliveryOutcome
  /** When the alert is tried again; null when it has arrived or no attempt is left. */
  readonly dueAt: Date | null
  /** Until then nothing is sent to the endpoint. */
  readonly pausedUntil: Date | null
}

/**
 * What an answer means: 2xx has arrived, 410 is never to be sent to again, 429, 502, 503, 504 and Retry-After slow down,
 * all else (redirects too) is tried again.
 *
 * @param attempts Attempts so far, this one included.
 * @param random In [0, 1), for the jitter.
 */
export function outcomeOf(
  answer: Answer,
  context: {
    readonly attempts: number
    readonly now: Date
    readonly random: number
    readonly quietHours: QuietHours | null
    readonly timezone: string | null
  },
): Outcome {
  const { status } = answer
  const { attempts, now, random, quietHours, timezone } = context
  if (status !== null && status >= 200 && status < 300) return { outcome: 'delivered', dueAt: null, pausedUntil: null }
  if (status === 410) return { outcome: 'gone', dueAt: null, pausedUntil: null }
  const isThrottled = status !== null && THROTTLED.includes(status)
  const asked = retryAfter(answer.retryAfter, now)
  const pausedUntil = asked ?? (isThrottled ? new Date(now.getTime() + pauseMs(attempts)) : null)
  const next = nextAttemptAt(attempts, now, random)
  const dueAt = next && afterQuietHours(later(next, pausedUntil), quietHours, timezone ?? 'UTC')
  return { outcome: isThrottled || asked ? 'throttled' : 'failed', dueAt, pausedUntil }
}

const later = (a: Date, b: Date | null): Date => (b && b > a ? b : a)
