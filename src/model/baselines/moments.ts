/** Mean of a non-empty sample. */
export function meanOf(sample: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < sample.length; i++) sum += sample[i]!
  return sum / sample.length
}

/** Mean squared distance of a non-empty sample from `centre` (its variance, with divisor n, when that is its mean). */
export function meanSquareAbout(sample: ArrayLike<number>, centre: number): number {
  let sum = 0
  for (let i = 0; i < sample.length; i++) sum += (sample[i]! - centre) ** 2
  return sum / sample.length
}
