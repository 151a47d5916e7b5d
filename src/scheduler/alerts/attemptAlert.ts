import { outcomeOf } from '../../alerts/outcome.js'
import type { OpenEndpoint, Transport } from '../../alerts/transport.js'
import type { AttemptResult, DueAlert } from '../../db/alertOutbox.js'

export interface Attempt {
  readonly result: AttemptResult
  /** Until then nothing is sent to the endpoint. */
  readonly pausedUntil: Date | null
}

interface AttemptContext {
  readonly transport: Transport
  readonly open: OpenEndpoint
  /** As it may be shown. */
  readonly address: string
  readonly clock: () => Date
  readonly random: () => number
  readonly signal: AbortSignal
}

/** Sends an alert once and says what follows. @throws when the signal aborts: the attempt counts as none. */
export async function attemptAlert(alert: DueAlert, context: AttemptContext): Promise<Attempt> {
  const { transport, open, address, clock, random, signal } = context
  const at = clock()
  const answer = await transport.send(alert, open, at, signal)
  const attempt = alert.attempts + 1
  const { quietHours, timezone } = alert
  const { outcome, dueAt, pausedUntil } = outcomeOf(answer, {
    ...{ attempts: attempt, now: clock(), random: random(), quietHours, timezone },
  })
  const { status, latencyMs, text } = answer
  return {
    result: {
      ...{ alertId: alert.id, attempt, at, request: `${open.channel.name} ${address}` },
      ...{ status, outcome, latencyMs, answer: text.replaceAll('\0', ''), dueAt },
    },
    pausedUntil,
  }
}
