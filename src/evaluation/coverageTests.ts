import { chdtrc } from '../model/baselines/specialFunctions.js'
import type { TestResult } from './testResult.js'

/** k ln p, with 0 ln 0 = 0. */
const times = (count: number, probability: number): number => (count === 0 ? 0 : count * Math.log(probability))

/** Log-likelihood of `hits` among `hits + misses` independent draws. */
const bernoulli = (hits: number, misses: number, probability: number): number =>
  times(hits, probability) + times(misses, 1 - probability)

/** Twice a difference of log-likelihoods, which rounding must not make negative. */
const likelihoodRatio = (restricted: number, free: number): number => Math.max(2 * (free - restricted), 0)

/**
 * Do violations come as often as they should? Kupiec 1995: likelihood ratio against chi-squared with 1 degree of freedom.
 *
 * @param violations one entry a session, true when the return fell outside the interval.
 * @param probability that it should, 0 < p < 1.
 * @returns null when there is no session.
 */
export function kupiec(violations: readonly boolean[], probability: number): TestResult | null {
  const n = violations.length
  if (n === 0) return null
  const hits = violations.filter(Boolean).length
  const statistic = likelihoodRatio(bernoulli(hits, n - hits, probability), bernoulli(hits, n - hits, hits / n))
  return { statistic, pValue: chdtrc(1, statistic) }
}

export interface ChristoffersenResult {
  /** Violations do not follow one another more, or less, than they come: chi-squared, 1 degree of freedom. */
  readonly independence: TestResult
  /** They also come as often as they should: chi-squared, 2 degrees of freedom. */
  readonly conditionalCoverage: TestResult
}

/**
 * Christoffersen 1998, sections 3.2 and 3.3: violations as a first-order Markov chain, likelihoods conditional on the
 * first session.
 *
 * @param violations one entry a session, true when the return fell outside the interval.
 * @param probability that it should, 0 < p < 1.
 * @returns null when there are fewer than two sessions.
 */
export function christoffersen(violations: readonly boolean[], probability: number): ChristoffersenResult | null {
  if (violations.length < 2) return null
  const follows = (before: boolean, after: boolean): number =>
    violations.filter((now, t) => t > 0 && violations[t - 1] === before && now === after).length
  const [n00, n01, n10, n11] = [follows(false, false), follows(false, true), follows(true, false), follows(true, true)]
  const markov = bernoulli(n01, n00, n01 / (n00 + n01)) + bernoulli(n11, n10, n11 / (n10 + n11))
  const share = (n01 + n11) / (violations.length - 1)
  const independence = likelihoodRatio(bernoulli(n01 + n11, n00 + n10, share), markov)
  const coverage = likelihoodRatio(bernoulli(n01 + n11, n00 + n10, probability), markov)
  return {
    independence: { statistic: independence, pValue: chdtrc(1, independence) },
    conditionalCoverage: { statistic: coverage, pValue: chdtrc(2, coverage) },
  }
}
