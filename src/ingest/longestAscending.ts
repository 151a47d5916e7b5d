/**
 * Indices of a longest strictly ascending subsequence of `keys`, in ascending order; O(n log n).
 *
 * Of several equally long ones the one with the earliest indices: what came first stays.
 * Source: patience sorting, Fredman, Discrete Mathematics 11 (1975) 29-35.
 */
export function longestAscending(keys: readonly string[]): number[] {
  const lengths = runLengths(keys)
  let missing = lengths.reduce((longest, length) => Math.max(longest, length), 0)
  const run: number[] = []
  keys.forEach((key, i) => {
    if (lengths[i] !== missing || (run.length > 0 && key <= keys[run.at(-1)!]!)) return
    run.push(i)
    missing -= 1
  })
  return run
}

/** Length of the longest ascending run that starts at each key. */
function runLengths(keys: readonly string[]): Int32Array {
  const lengths = new Int32Array(keys.length)
  const starts: string[] = [] // starts[k]: largest key that starts a run of k + 1 keys; descending in k
  for (let i = keys.length - 1; i >= 0; i--) {
    const longer = countAbove(starts, keys[i]!)
    starts[longer] = keys[i]!
    lengths[i] = longer + 1
  }
  return lengths
}

function countAbove(descending: readonly string[], key: string): number {
  let low = 0
  let high = descending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (descending[middle]! > key) low = middle + 1
    else high = middle
  }
  return low
}
