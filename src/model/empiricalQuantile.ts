/**
 * Quantile of a sample sorted in ascending order, linear between order statistics (Hyndman & Fan 1996, type 7).
 * @throws RangeError when the sample is empty.
 */
export function empiricalQuantile(ascending: ArrayLike<number>, level: number): number {
  if (ascending.length === 0) throw new RangeError('quantile of an empty sample')
  const position = level * (ascending.length - 1)
  const below = Math.floor(position)
  const low = ascending[below]!
  const high = ascending[Math.min(below + 1, ascending.length - 1)]!
  return low + (position - below) * (high - low)
}
