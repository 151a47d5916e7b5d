/** Most rows of padding in a batch, as a share of the longest sequence in it. */
const MOST_PADDING = 0.1

/**
 * Sequences to be trained at once, as lists of their indices: longest first, each at most a tenth shorter than the first of
 * its batch, and no more rows with padding than `mostRows` (but at least one sequence).
 */
export function batchesOf(lengths: readonly number[], mostRows: number): number[][] {
  const longestFirst = [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]!)
  const batches: number[][] = []
  for (const index of longestFirst) {
    const batch = batches.at(-1)
    const longest = batch ? lengths[batch[0]!]! : 0
    const fits = lengths[index]! >= (1 - MOST_PADDING) * longest && ((batch?.length ?? 0) + 1) * longest <= mostRows
    if (batch && fits) batch.push(index)
    else batches.push([index])
  }
  return batches
}
