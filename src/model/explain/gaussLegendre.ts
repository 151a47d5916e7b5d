export interface QuadraturePoint {
  readonly at: number
  readonly weight: number
}

/**
 * Points and weights of Gauss-Legendre quadrature on [0, 1] with n points: exact for polynomials of degree 2 n - 1. The
 * nodes are the roots of the Legendre polynomial P_n, by Newton's method from Tricomi's approximation.
 *
 * Source: Press et al., Numerical Recipes, 3rd ed. (2007), section 4.6.
 */
export const gaussLegendre = (n: number): QuadraturePoint[] =>
  Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5))
    for (let correction = 1; Math.abs(correction) > 1e-15; x -= correction) {
      const { value, slope } = legendre(n, x)
      correction = value / slope
    }
    const { slope } = legendre(n, x)
    return { at: (1 - x) / 2, weight: 1 / ((1 - x * x) * slope * slope) }
  })

/** P_n(x) and its derivative, by Bonnet's recursion (j + 1) P_j+1 = (2 j + 1) x P_j - j P_j-1. */
function legendre(n: number, x: number): { value: number; slope: number } {
  let [before, value] = [0, 1]
  for (let j = 0; j < n; j++) [before, value] = [value, ((2 * j + 1) * x * value - j * before) / (j + 1)]
  return { value, slope: (n * (x * value - before)) / (x * x - 1) }
}
