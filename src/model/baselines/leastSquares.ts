import { meanOf } from './moments.js'

export interface LinearFit {
  readonly intercept: number
  /** One per regressor. */
  readonly slopes: readonly number[]
}

/** Added to the variance of each regressor (of order one): decides only where the data leave a slope open. */
const RIDGE = 1e-9

/**
 * Ordinary least squares of `y` (n) on regressors of n values each, of order one. A constant regressor gets slope 0; collinear ones
 * share theirs. Normal equations of the centred columns, by Cholesky.
 */
export function leastSquares(y: Float64Array, regressors: readonly Float64Array[]): LinearFit {
  const means = regressors.map(meanOf)
  const yMean = meanOf(y)
  const columns = regressors.map((column, i) => column.map((value) => value - means[i]!))
  const gram = columns.map((a) => columns.map((b) => dot(a, b)))
  for (const [i, row] of gram.entries()) row[i]! += RIDGE * y.length
  const slopes = solvePositive(
    gram,
    columns.map((column) => dot(column, y)),
  )
  return { intercept: yMean - slopes.reduce((sum, slope, i) => sum + slope * means[i]!, 0), slopes }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** The x of A x = b for a symmetric positive definite A, by Cholesky's A = L L^T. */
function solvePositive(A: readonly number[][], b: readonly number[]): number[] {
  const L: number[][] = []
  const forward: number[] = []
  for (const [i, row] of A.entries()) {
    L.push([])
    for (let j = 0; j <= i; j++) {
      const rest = row[j]! - partialDot(L[i]!, L[j]!, j)
      L[i]!.push(i === j ? Math.sqrt(rest) : rest / L[j]![j]!)
    }
    forward.push((b[i]! - partialDot(L[i]!, forward, i)) / L[i]![i]!)
  }
  const x = new Array<number>(b.length).fill(0)
  for (let i = b.length - 1; i >= 0; i--) {
    let rest = forward[i]!
    for (let k = i + 1; k < b.length; k++) rest -= L[k]![i]! * x[k]!
    x[i] = rest / L[i]![i]!
  }
  return x
}

function partialDot(a: readonly number[], b: readonly number[], count: number): number {
  let sum = 0
  for (let k = 0; k < count; k++) sum += a[k]! * b[k]!
  return sum
}
