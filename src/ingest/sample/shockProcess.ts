import type { RandomDraws } from './randomDraws.js'

/** Parameters of a GJR-GARCH(1,1) process with Student-t innovations, scaled to unit variance in the long run. */
export interface ShockParameters {
  /** Weight of yesterday's squared return. */
  readonly alpha: number
  /** Further weight when yesterday's return was negative: the leverage effect. */
  readonly gamma: number
  /** Weight of yesterday's variance. */
  readonly beta: number
  /** Degrees of freedom of the Student-t innovations, a whole number above 2. */
  readonly degrees: number
}

/** One session of a shock process, in units of its long-run daily standard deviation. */
export interface SessionShock {
  /** Standard deviation that the session's draws were made with: GARCH forecast times the t mixing factor. */
  readonly scale: number
  /** Cumulative path from the previous close: [0] at the open, then one value a step, the last at the close. */
  readonly path: Float64Array
}

/** Steps of 5 minutes in 6.5 hours of trading. */
export const STEPS = 78
/** Share of a session's variance that falls between the previous close and the open. */
export const OVERNIGHT_SHARE = 0.2

/**
 * Makes the generator of a unit-variance shock process; each call gives the next session and uses the same number of draws.
 *
 *     sigma²[t] = omega + (alpha + gamma 1{r[t-1] < 0}) r²[t-1] + beta sigma²[t-1],  omega = 1 - alpha - gamma/2 - beta
 *     scale[t]  = sigma[t] sqrt((nu - 2) / chi²[nu])          a normal with this scale is Student-t(nu) of variance sigma²
 *     path[t]   = Brownian motion of variance scale², OVERNIGHT_SHARE of it before the open; r[t] = its last value
 *
 * The t mixing applies to the whole session, so its high and low tell how volatile it was.
 * Sources: Glosten, Jagannathan & Runkle, J. Finance 48 (1993) 1779-1801; Bollerslev, Rev. Econ. Stat. 69 (1987) 542-547.
 */
export function shockProcess(draws: RandomDraws, parameters: ShockParameters): () => SessionShock {
  const { alpha, gamma, beta, degrees } = parameters
  const omega = 1 - alpha - gamma / 2 - beta
  let variance = 1
  return () => {
    const scale = Math.sqrt((variance * (degrees - 2)) / draws.chiSquared(degrees))
    const path = new Float64Array(STEPS + 1)
    path[0] = scale * Math.sqrt(OVERNIGHT_SHARE) * draws.normal()
    const step = scale * Math.sqrt((1 - OVERNIGHT_SHARE) / STEPS)
    for (let j = 1; j <= STEPS; j++) path[j] = path[j - 1]! + step * draws.normal()
    const shock = path[STEPS]!
    variance = omega + (alpha + (shock < 0 ? gamma : 0)) * shock * shock + beta * variance
    return { scale, path }
  }
}
