import type { SettledForecast } from '../domain/forecast.js'
import { SIGNIFICANCE, type Verdict } from '../domain/score.js'
import { meanOf } from '../model/baselines/moments.js'
import { clarkWest } from './clarkWest.js'
import { dieboldMariano } from './dieboldMariano.js'
import { pinballLoss, pinballSkill } from './distributionMetrics.js'
import { r2Oos } from './pointMetrics.js'
import { verdictSentence } from './verdictSentence.js'

/** Fewer settled forecasts than this are too few to say anything. */
export const MIN_SETTLED = 60
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
 * the mean: information beyond a forecast of zero by Clark-West, and a smaller squared error too (R² > 0). Both one-sided
 * at 5 %, and neither before `MIN_SETTLED` sessions.
 *
 * @returns null when there is no such session, or no baseline.
 */
export function verdict({ ticker, forecaster, settled, baselines }: VerdictRequest): Verdict | null {
  const lists = [...baselines].filter(([, theirs]) => theirs.length > 0)
  const shared = sharedSessions([settled, ...lists.map(([, theirs]) => theirs)])
  const own = settled.filter(({ asOf }) => shared.has(asOf))
  const last = own.at(-1)
  const rivals = lists.map(([name, theirs]) => rivalOf(name, theirs, shared)).sort((a, b) => a.pinball - b.pinball)
  const strongest = rivals[0]
  if (!strongest || !last) return null

  const losses = pinballLosses(own)
  // Losses cluster as volatility does (lag-1 autocorrelation of their difference up to 0.3 on daily US bars), which would
  // make chance look like skill; n^(1/3) lags grow at the rate that is best for Bartlett's weights (Andrews 1991).
  const bartlettLags = Math.floor(Math.cbrt(own.length))
  const dmPValue = dieboldMariano(losses, strongest.losses, { bartlettLags })?.pValue ?? null
  const { cwPValue, r2 } = meanAgainstZero(own)
  const shown = (pValue: number | null): boolean =>
    own.length >= MIN_SETTLED && pValue !== null && pValue < SIGNIFICANCE
  const finding = {
    ticker,
    forecaster,
    asOf: last.asOf,
    n: own.length,
    distributionSkill: shown(dmPValue),
    meanSkill: shown(cwPValue) && r2 > 0,
    strongestBaseline: strongest.name,
    pinballSkill: Object.fromEntries(rivals.map(({ name, pinball }) => [name, pinballSkill(meanOf(losses), pinball)])),
    dmPValue,
    cwPValue,
    r2Oos: r2,
  }
  return { ...finding, sentence: verdictSentence(finding, MIN_SETTLED) }
}

interface Rival {
  readonly name: string
  readonly losses: Float64Array
  readonly pinball: number
}

function rivalOf(name: string, settled: readonly SettledForecast[], shared: ReadonlySet<string>): Rival {
  const losses = pinballLosses(settled.filter(({ asOf }) => shared.has(asOf)))
  return { name, losses, pinball: meanOf(losses) }
}

function meanAgainstZero(settled: readonly SettledForecast[]): { cwPValue: number | null; r2: number } {
  const actual = settled.map(({ returnPct }) => returnPct)
  const mean = settled.map((forecast) => forecast.mean)
  const zero = new Float64Array(settled.length)
  return { cwPValue: clarkWest(actual, mean, zero)?.pValue ?? null, r2: r2Oos(actual, mean) }
}

const pinballLosses = (settled: readonly SettledForecast[]): Float64Array =>
  Float64Array.from(settled, ({ quantiles, returnPct }) => pinballLoss(quantiles, returnPct))

/** The `asOf` that all lists have. */
function sharedSessions(lists: readonly (readonly SettledForecast[])[]): Set<string> {
  const [first, ...others] = lists.map((list) => new Set(list.map(({ asOf }) => asOf)))
  return new Set([...first!].filter((asOf) => others.every((other) => other.has(asOf))))
}
