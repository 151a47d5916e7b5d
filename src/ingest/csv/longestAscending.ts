/**
 * Indices of a longest strictly ascending subsequence of `keys`, in ascending order; O(n log n).
 *
 * Of equal keys the first one counts. Source: patience sorting, Fredman, Discrete Mathematics 11 (1975) 29-35.
 */
export function longestAscending(keys: readonly string[]): number[] {
  const tails: number[] = [] // tails[k]: index of the smallest key that ends an ascending run of k + 1 keys
  const before = new Int32Array(keys.length)
  for (let i = 0; i < keys.length; i++) {
    const k = firstNotBelow(keys, tails, keys[i]!)
    if (k < tails.length && keys[tails[k]!] === keys[i]) continue
    before[i] = k > 0 ? tails[k - 1]! : -1
    tails[k] = i
  }
  const run: number[] = []
  for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i]!) run.push(i)
  return run.reverse()
}

function firstNotBelow(keys: readonly string[], tails: readonly number[], key: string): number {
  let low = 0
  let high = tails.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[tails[middle]!]! < key) low = middle + 1
    else high = middle
  }
  return low
}
