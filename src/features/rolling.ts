/**
 * Mean of the last `window` values at each row of x (L), NaN until that many are known or while one of them is NaN.
 *
 * Each window is summed afresh, oldest first: a running sum would carry rounding errors of values long gone.
 */
export function rollingMean(x: Float64Array, window: number): Float64Array {
  const mean = new Float64Array(x.length).fill(Number.NaN)
  for (let t = window - 1; t < x.length; t++) {
    let sum = 0
    for (let i = t - window + 1; i <= t; i++) sum += x[i]!
    mean[t] = sum / window
  }
  return mean
}

/**
 * Largest of the last `window` values at each row of x (L), over the rows there are while fewer; O(L).
 *
 * Source: monotonic queue, Lemire, Nordic J. Computing 13 (2006) 328-339.
 */
export function rollingMax(x: Float64Array, window: number): Float64Array {
  const max = new Float64Array(x.length)
  const queue = new Int32Array(x.length) // rows of descending values, the largest at `head`
  let head = 0
  let tail = 0
  for (let t = 0; t < x.length; t++) {
    while (tail > head && x[queue[tail - 1]!]! <= x[t]!) tail -= 1
    queue[tail++] = t
    if (queue[head]! <= t - window) head += 1
    max[t] = x[queue[head]!]!
  }
  return max
}
