import type { Calibration } from '../../domain/calibration.js'
import { type Distribution, QUANTILE_LEVELS } from '../../domain/forecast.js'
import { meanOfQuantiles } from '../probability.js'

const MEDIAN = (QUANTILE_LEVELS.length - 1) / 2
/** Step after each settled forecast; chosen on validation windows that end before the last 300 sessions (docs/skill.md). */
const STEP = 0.02
/** Intervals are stretched or shrunk at most threefold: a price that stands still must not blow them up. */
const BOUND = Math.log(3)

/** The central intervals: positions of their ends in `QUANTILE_LEVELS`, and the share of outcomes that may miss them. */
const INTERVALS = [0, 1, 2, 3].map((low) => ({
  low,
  high: QUANTILE_LEVELS.length - 1 - low,
  missShare: 2 * QUANTILE_LEVELS[low]!,
}))

/** Nothing is known yet: quantiles stay as they are. */
export const UNCALIBRATED: Calibration = { logStretch: INTERVALS.map(() => 0), sessions: 0, since: null }

/**
 * The raw distribution (percent) with each central interval stretched about the median as the state says. Quantiles
 * stay in order; the mean moves by as much as the mean of the quantiles does.
 */
export function calibrate({ logStretch }: Calibration, raw: Distribution): Distribution {
  const median = raw.quantiles[MEDIAN]!
  const stretched = [...raw.quantiles]
  INTERVALS.forEach(({ low, high }, k) => {
    const factor = Math.exp(logStretch[k]!)
    stretched[low] = median + factor * (raw.quantiles[low]! - median)
    stretched[high] = median + factor * (raw.quantiles[high]! - median)
  })
  // Numbers of either side of the median stay there, so sorting only undoes crossings between intervals.
  const quantiles = stretched.sort((a, b) => a - b)
  return { mean: raw.mean + (meanOfQuantiles(quantiles) - meanOfQuantiles(raw.quantiles)), quantiles }
}

/**
 * The state after one more settled forecast: each interval grows by `STEP` times (1 - its miss share) when the outcome
 * (percent) missed it, and shrinks by `STEP` times its miss share when not. So the share of misses goes to what it should
 * be whatever the data do: after T sessions it is off by at most the range of the log stretch over STEP T.
 *
 * Adaptive conformal inference (Gibbs & Candès, NeurIPS 2021, equation 2), applied to the log width of the interval in
 * place of its level, as quantile tracking does (Angelopoulos, Candès & Tibshirani, NeurIPS 2023, section 2.1).
 */
export function advance(state: Calibration, asOf: string, raw: Distribution, returnPct: number): Calibration {
  const { quantiles } = calibrate(state, raw)
  const logStretch = INTERVALS.map(({ low, high, missShare }, k) => {
    const missed = returnPct < quantiles[low]! || returnPct > quantiles[high]! ? 1 : 0
    return Math.min(Math.max(state.logStretch[k]! + STEP * (missed - missShare), -BOUND), BOUND)
  })
  return { logStretch, sessions: state.sessions + 1, since: state.since ?? asOf }
}
