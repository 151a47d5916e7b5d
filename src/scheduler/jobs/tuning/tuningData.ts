import { UserError } from '../../../domain/errors.js'
import type { TuningCut } from '../../../domain/tuning.js'
import { MINIMUM_SESSIONS } from '../../../model/defaults.js'
import { type TickerData, type TickerInputs, tickerData } from '../tickerData.js'

/** Sessions at the end that no search sees, so that what it chooses may be judged on them. */
export const HELD_OUT = 300
const MOST_VALIDATION = 250
const LEAST_VALIDATION = 100

/** One ticker as a search sees it: nothing after the cut is even there. */
export interface TuningData {
  readonly cut: TuningCut
  readonly data: TickerData
}

/**
 * Cuts the last `HELD_OUT` sessions off, or those after an earlier cut, before features are made, and sets the sessions
 * at the end of the rest apart for validation. Rows [0, trainRows) are trained on; their outcomes end before any of
 * the validation sessions.
 * @throws UserError when too few sessions are left.
 */
export function tuningData(inputs: TickerInputs, earlier?: TuningCut): TuningData {
  const { ticker, bars, hashes } = inputs
  const seen = earlier ? bars.findIndex(({ session }) => session === earlier.session) + 1 : bars.length - HELD_OUT
  const last = seen - 1 // its outcome lies after the cut
  const validationSessions = Math.min(MOST_VALIDATION, last - MINIMUM_SESSIONS)
  if (validationSessions < LEAST_VALIDATION) {
    const least = HELD_OUT + MINIMUM_SESSIONS + LEAST_VALIDATION + 1
    throw new UserError(`${ticker}: a search needs at least ${least} sessions, and there are ${bars.length}`)
  }
  const trainRows = last - validationSessions
  const cut = { ticker, session: bars[last]!.session, dataHash: hashes[last]!, trainRows, validationSessions }
  return { cut, data: tickerData(firstSessions(inputs, seen)) }
}

/** True when the bars up to an earlier cut are still what they were. */
export const cutHolds = ({ bars, hashes }: TickerInputs, { session, dataHash }: TuningCut): boolean =>
  hashes[bars.findIndex((bar) => bar.session === session)] === dataHash

const firstSessions = ({ ticker, bars, exogenous, hashes }: TickerInputs, sessions: number): TickerInputs => ({
  ticker,
  bars: bars.slice(0, sessions),
  exogenous: exogenous.map(({ name, values, dates }) => ({
    name,
    values: values.slice(0, sessions),
    dates: dates.slice(0, sessions),
  })),
  hashes: hashes.slice(0, sessions),
})
