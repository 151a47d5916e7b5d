import { meanOf, meanSquareAbout } from './moments.js'
import { nelderMead } from './nelderMead.js'
import { lgam } from './specialFunctions.js'

/** Returns in percent: r[t] = mu + sigma[t] z[t], z Student t of unit variance. */
export interface GarchParameters {
  readonly mu: number
  readonly omega: number
  readonly alpha: number
  readonly beta: number
  /** Degrees of freedom, above 2. */
  readonly nu: number
  /** Variance of the first return, about which nothing is known: that of the training returns. */
  readonly initialVariance: number
}

export interface GarchFit extends GarchParameters {
  readonly logLikelihood: number
}

/** sigma2[t+1] = omega + alpha (r[t] - mu)^2 + beta sigma2[t] (Bollerslev 1986), in percent squared. */
export const nextVariance = (p: GarchParameters, value: number, variance: number): number =>
  p.omega + p.alpha * (value - p.mu) ** 2 + p.beta * variance

/** Log-likelihood of returns (percent) under GARCH(1,1) with Student t of unit variance (Bollerslev 1987, equation 1). */
export function garchLogLikelihood(p: GarchParameters, returns: ArrayLike<number>): number {
  const constant = lgam((p.nu + 1) / 2) - lgam(p.nu / 2) - 0.5 * Math.log(Math.PI * (p.nu - 2))
  let variance = p.initialVariance
  let sum = 0
  for (let t = 0; t < returns.length; t++) {
    const squared = (returns[t]! - p.mu) ** 2
    sum -= 0.5 * Math.log(variance) + ((p.nu + 1) / 2) * Math.log1p(squared / (variance * (p.nu - 2)))
    variance = nextVariance(p, returns[t]!, variance)
  }
  return sum + returns.length * constant
}

/** Where the search begins: (alpha + beta, alpha / (alpha + beta), nu). */
const STARTS = [
  [0.98, 0.08, 6],
  [0.9, 0.15, 4],
  [0.995, 0.05, 10],
  [0.5, 0.3, 5],
] as const
const SMALLEST_NU = 2.05
/** Beyond this many degrees of freedom the t is a normal for every purpose and its likelihood is flat. */
const LARGEST_NU = 500

const logit = (p: number): number => Math.log(p / (1 - p))
const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

/**
 * Maximum likelihood by the downhill simplex from several starts, once more from the best. The search is free in five
 * numbers that cannot leave omega > 0, alpha, beta >= 0, alpha + beta < 1, 2.05 < nu <= 500.
 * Returns in percent, not all equal.
 */
export function fitGarch(returns: ArrayLike<number>): GarchFit {
  const mean = meanOf(returns)
  const variance = meanSquareAbout(returns, mean)
  const parametersAt = ([m, w, p, a, n]: readonly number[]): GarchParameters => {
    const persistence = logistic(p!)
    const alpha = persistence * logistic(a!)
    return {
      mu: mean + Math.sqrt(variance) * m!,
      omega: variance * Math.exp(w!),
      alpha,
      beta: persistence - alpha,
      nu: Math.min(SMALLEST_NU + Math.exp(n!), LARGEST_NU),
      initialVariance: variance,
    }
  }
  const objective = (at: readonly number[]): number => {
    const value = -garchLogLikelihood(parametersAt(at), returns)
    return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY
  }
  const options = { step: 0.3, tolerance: 1e-7, maxIterations: 1500 }
  const best = STARTS.map(([persistence, share, nu]) =>
    nelderMead(
      objective,
      [0, Math.log(1 - persistence), logit(persistence), logit(share), Math.log(nu - SMALLEST_NU)],
      options,
    ),
  ).reduce((a, b) => (b.value < a.value ? b : a))
  const { at, value } = nelderMead(objective, best.at, options)
  return { ...parametersAt(at), logLikelihood: -value }
}
