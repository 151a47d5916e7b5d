import { QUANTILE_LEVELS } from '../domain/forecast.js'
import { cumulativeProbability } from '../model/probability.js'

const LAST = QUANTILE_LEVELS.length - 1

/** Position of a level in `QUANTILE_LEVELS`. */
const at = (level: (typeof QUANTILE_LEVELS)[number]): number => QUANTILE_LEVELS.indexOf(level)

/**
 * Pinball loss of one session's quantiles (percent) against its return, averaged over the levels:
 * max(tau e, (tau - 1) e), e = return - quantile, without a factor 2 (Koenker & Bassett 1978).
 */
export function pinballLoss(quantiles: readonly number[], returnPct: number): number {
  let sum = 0
  for (let i = 0; i <= LAST; i++) {
    const error = returnPct - quantiles[i]!
    sum += Math.max(QUANTILE_LEVELS[i]! * error, (QUANTILE_LEVELS[i]! - 1) * error)
  }
  return sum / QUANTILE_LEVELS.length
}

/**
 * Continuous ranked probability score (percent) of one session: twice the integral of the pinball loss over all levels
 * (Gneiting & Ranjan 2011, equation 5), exact for the distribution of `model/probability.ts`, whose quantile function
 * is linear between the stored quantiles and logarithmic in the tails.
 */
export function crpsLoss(quantiles: readonly number[], returnPct: number): number {
  const mirrored = [-quantiles[LAST]!, -quantiles[LAST - 1]!] as const
  let sum = tailLoss(quantiles[0]!, quantiles[1]!, returnPct) + tailLoss(mirrored[0], mirrored[1], -returnPct)
  for (let i = 0; i < LAST; i++) sum += segmentLoss(i, quantiles, returnPct)
  return 2 * sum
}

/** Integral of the pinball loss over [0, p], p the lowest level, where Q(tau) = lowest + s ln(tau / p). */
function tailLoss(lowest: number, next: number, returnPct: number): number {
  const p = QUANTILE_LEVELS[0]
  const s = (next - lowest) / Math.log(QUANTILE_LEVELS[1] / p)
  const error = returnPct - lowest
  const above = (error * p * p) / 2 + (s * p * p) / 4
  if (error >= 0) return above
  const crossing = s > 0 ? p * Math.exp(error / s) : 0
  return above - error * p - s * (p - crossing)
}

/** Integral of the pinball loss between levels i and i + 1, where the quantile function is linear. */
function segmentLoss(i: number, quantiles: readonly number[], returnPct: number): number {
  const [from, to] = [QUANTILE_LEVELS[i]!, QUANTILE_LEVELS[i + 1]!]
  const [low, high] = [quantiles[i]!, quantiles[i + 1]!]
  if (returnPct <= low || returnPct >= high) return simpson(from, to, low, high, returnPct, returnPct <= low ? 1 : 0)
  const crossing = from + ((to - from) * (returnPct - low)) / (high - low)
  return simpson(from, crossing, low, returnPct, returnPct, 0) + simpson(crossing, to, returnPct, high, returnPct, 1)
}

/** Integral of (tau - below)(y - Q(tau)) over [from, to], Q linear from low to high: Simpson's rule, exact here. */
function simpson(from: number, to: number, low: number, high: number, y: number, below: 0 | 1): number {
  const ends = (from - below) * (y - low) + (to - below) * (y - high)
  const middle = ((from + to) / 2 - below) * (y - (low + high) / 2)
  return ((to - from) * (ends + 4 * middle)) / 6
}

/** True when the return lies within the central interval that holds 80 % (10 % to 90 %), ends included. */
export const inside80 = (quantiles: readonly number[], returnPct: number): boolean =>
  quantiles[at(0.1)]! <= returnPct && returnPct <= quantiles[at(0.9)]!

/** True when the return lies within the central interval that holds 95 % (2.5 % to 97.5 %), ends included. */
export const inside95 = (quantiles: readonly number[], returnPct: number): boolean =>
  quantiles[at(0.025)]! <= returnPct && returnPct <= quantiles[at(0.975)]!

/**
 * Winkler's score (percent) of the 95 % interval: its width, plus 2 / 0.05 times the distance by which the return
 * missed it (Winkler 1972; Gneiting & Raftery 2007, equation 43).
 */
export function winkler95Loss(quantiles: readonly number[], returnPct: number): number {
  const [lower, upper] = [quantiles[at(0.025)]!, quantiles[at(0.975)]!]
  const missed = Math.max(lower - returnPct, returnPct - upper, 0)
  return upper - lower + (2 / 0.05) * missed
}

/** Probability integral transform: the probability the forecast gave to returns up to the one that came (Dawid 1984). */
export const pit = cumulativeProbability

/**
 * Counts of PIT values in `bins` equal parts of [0, 1]; flat when the forecasts are calibrated (Diebold, Gunther & Tay
 * 1998).
 */
export function pitHistogram(
  settled: readonly { readonly quantiles: readonly number[]; readonly returnPct: number }[],
  bins: number,
): number[] {
  const counts = new Array<number>(bins).fill(0)
  for (const { quantiles, returnPct } of settled) counts[Math.floor(pit(quantiles, returnPct) * bins)]!++
  return counts
}

/** 1 - pinball / pinball of the baseline, as a fraction; 0 when the baseline has no loss at all. */
export const pinballSkill = (pinball: number, baselinePinball: number): number =>
  baselinePinball === 0 ? 0 : 1 - pinball / baselinePinball
