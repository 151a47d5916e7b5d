import type { SettledForecast } from '../domain/forecast.js'
import type { Verdict } from '../domain/score.js'
import { meanOf } from '../model/baselines/moments.js'
import { clarkWest } from './clarkWest.js'
import { dieboldMariano } from './dieboldMariano.js'
import { pinballLoss, pinballSkill } from './distributionMetrics.js'
import { r2Oos } from './pointMetrics.js'
import { verdictSentence } from './verdictSentence.js'

/** Fewer settled forecasts than this are too few to say anything. */
export const MIN_SETTLED = 60
/** A p-value at or above this demonstrates nothing. */
export const SIGNIFICANCE = 0.05

export interface VerdictRequest {
  readonly ticker: string
  readonly forecaster: string
  /** Its settled forecasts, by ascending `asOf`. */
  readonly settled: readonly SettledForecast[]
  /** The settled forecasts of each baseline, by name. One without any is left out. */
  readonly baselines: ReadonlyMap<string, readonly SettledForecast[]>
}

/**
 * What may be said of a forecaster, over the sessions that it and every baseline have settled. Skill in the
 * distribution: pinball loss below that of the strongest baseline, the one with the least, by Diebold-Mariano. Skill in
 * the mean: against a forecast of zero, by Clark-West. Both one-sided at 5 %, and neither before `MIN_SETTLED` sessions.
 *
 * @returns null when there is no such session, or no baseline.
 */
export function verdict({ ticker, forecaster, settled, baselines }: VerdictRequest): Verdict | null {
  const rivals = [...baselines].filter(([, theirs]) => theirs.length > 0)
  const shared = sharedSessions([settled, ...rivals.map(([, theirs]) => theirs)])
  const own = settled.filter(({ asOf }) => shared.has(asOf))
  const losses = pinballLosses(own)
  const ranked = rivals
    .map(([name, theirs]) => ({ name, losses: pinballLosses(theirs.filter(({ asOf }) => shared.has(asOf))) }))
    .map((rival) => ({ ...rival, skill: pinballSkill(meanOf(losses), meanOf(rival.losses)) }))
    .sort((a, b) => meanOf(a.losses) - meanOf(b.losses))
  const strongest = ranked[0]
  const last = own.at(-1)
  if (!strongest || !last) return null

  const actual = own.map(({ returnPct }) => returnPct)
  const mean = own.map((forecast) => forecast.mean)
  const dmPValue = dieboldMariano(losses, strongest.losses)?.pValue ?? null
  const cwPValue = clarkWest(actual, mean, new Float64Array(own.length))?.pValue ?? null
  const shown = (pValue: number | null): boolean =>
    own.length >= MIN_SETTLED && pValue !== null && pValue < SIGNIFICANCE
  const finding: Omit<Verdict, 'sentence'> = {
    ticker,
    forecaster,
    asOf: last.asOf,
    n: own.length,
    distributionSkill: shown(dmPValue),
    meanSkill: shown(cwPValue),
    strongestBaseline: strongest.name,
    pinballSkill: Object.fromEntries(ranked.map(({ name, skill }) => [name, skill])),
    dmPValue,
    cwPValue,
    r2Oos: r2Oos(actual, mean),
  }
  return { ...finding, sentence: verdictSentence(finding, MIN_SETTLED) }
}

const pinballLosses = (settled: readonly SettledForecast[]): Float64Array =>
  Float64Array.from(settled, ({ quantiles, returnPct }) => pinballLoss(quantiles, returnPct))

/** The `asOf` that all lists have. */
function sharedSessions(lists: readonly (readonly SettledForecast[])[]): Set<string> {
  const [first, ...others] = lists.map((list) => new Set(list.map(({ asOf }) => asOf)))
  return new Set([...first!].filter((asOf) => others.every((other) => other.has(asOf))))
}
