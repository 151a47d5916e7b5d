import type { TrialTest } from '../domain/lifecycle.js'
import { SIGNIFICANCE } from '../domain/score.js'
import { meanOf } from '../model/baselines/moments.js'
import { dieboldMariano } from './dieboldMariano.js'
import { pinballLoss } from './distributionMetrics.js'

/** What challenger and served forecast said of one session, and what came, in percent. */
export interface TrialSession {
  readonly asOf: string
  readonly challenger: readonly number[]
  readonly served: readonly number[]
  readonly returnPct: number
}

/**
 * Is a challenger not worse than what was served? A one-sided test of non-inferiority (Diebold & Mariano 1995 as in
 * `dieboldMariano.ts`) on pinball losses of the same sessions: the hypothesis to be refused is that the challenger loses
 * more than (1 + margin) times what the served forecasts lost.
 *
 * @param sessions by ascending `asOf`.
 * @returns null without any.
 */
export function trialTest(sessions: readonly TrialSession[], marginPct: number): TrialTest | null {
  const last = sessions.at(-1)
  if (!last) return null
  const own = sessions.map(({ challenger, returnPct }) => pinballLoss(challenger, returnPct))
  const served = sessions.map((session) => pinballLoss(session.served, session.returnPct))
  const allowed = served.map((loss) => loss * (1 + marginPct / 100))
  const bartlettLags = Math.floor(Math.cbrt(own.length))
  return {
    ...{ asOf: last.asOf, n: own.length, pinball: meanOf(own), servedPinball: meanOf(served), marginPct },
    pValue: dieboldMariano(own, allowed, { bartlettLags })?.pValue ?? null,
  }
}

/** True when the test, over enough sessions, refuses that the challenger is worse by the margin. */
export const isNotWorse = (test: TrialTest | null, leastSessions: number): boolean =>
  test !== null && test.n >= leastSessions && test.pValue !== null && test.pValue < SIGNIFICANCE
