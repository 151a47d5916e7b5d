import type { AlertMode } from '../domain/alert.js'

/** What is remembered of a subscription and a ticker. */
export interface AlertState {
  readonly holds: boolean
  /** Session of the last look, `YYYY-MM-DD`. */
  readonly asOf: string
  readonly firedAt: Date | null
}

export interface Look {
  readonly mode: AlertMode
  readonly cooldownMinutes: number
  readonly holds: boolean
  readonly asOf: string
  readonly now: Date
  readonly previous: AlertState | null
}

/**
 * Whether a look at a condition fires, and what is remembered of it; null when that session was looked at before, so that
 * a day done again changes nothing. An edge that falls into the cool-down is not made up for.
 */
export function decide(look: Look): { readonly fires: boolean; readonly state: AlertState } | null {
  const { mode, cooldownMinutes, holds, asOf, now, previous } = look
  if (previous && asOf <= previous.asOf) return null
  const firedAt = previous?.firedAt ?? null
  const isCool = firedAt === null || now.getTime() - firedAt.getTime() >= cooldownMinutes * 60_000
  const isWanted = holds && (mode !== 'edge' || !previous?.holds)
  const fires = isWanted && isCool
  return { fires, state: { holds, asOf, firedAt: fires ? now : firedAt } }
}
