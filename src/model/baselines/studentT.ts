import { incbet, incbi } from './specialFunctions.js'

/**
 * Probability that Student's t with `nu` degrees of freedom (real, > 0) is at most `t`.
 * Abramowitz & Stegun 26.7.1, through the regularised incomplete beta function of Cephes.
 */
export function studentTCdf(t: number, nu: number): number {
  const tail = 0.5 * incbet(0.5 * nu, 0.5, nu / (nu + t * t))
  return t < 0 ? tail : 1 - tail
}

/** The value that Student's t with `nu` degrees of freedom (real, > 0) stays below with probability `p`, 0 < p < 1. */
export function studentTQuantile(p: number, nu: number): number {
  const x = incbi(0.5 * nu, 0.5, 2 * Math.min(p, 1 - p))
  const magnitude = Math.sqrt(nu / x - nu)
  return p < 0.5 ? -magnitude : magnitude
}
