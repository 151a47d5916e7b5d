/** The package's own declarations are not named in its `exports`, so TypeScript cannot find them: the functions we use. */
declare module 'cephes' {
  /** Settles when the functions below may be called. */
  export const compiled: Promise<void>
  /** Natural logarithm of the gamma function's magnitude. */
  export function lgam(x: number): number
  /** Standard normal distribution function. */
  export function ndtr(x: number): number
  /** Its inverse, 0 < p < 1. */
  export function ndtri(p: number): number
  /** Upper tail of the chi-squared distribution with `v` degrees of freedom. */
  export function chdtrc(v: number, x: number): number
  /** Regularised incomplete beta function I_x(a, b). */
  export function incbet(a: number, b: number, x: number): number
  /** The x at which I_x(a, b) = y. */
  export function incbi(a: number, b: number, y: number): number
}
