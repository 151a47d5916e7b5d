import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Standard normal and chi-squared draws of one stream; the same seed and stream give the same draws for ever. */
export interface RandomDraws {
  /** N(0, 1), Box & Muller, Ann. Math. Statist. 29 (1958) 610-611. */
  normal(): number
  /** Chi-squared with a whole number of degrees of freedom: always as many normal draws as degrees. */
  chiSquared(degrees: number): number
}

/**
 * Opens draw stream number `stream` of `seed`. Streams lie 2^64 draws apart, so they never overlap.
 *
 * Source: xoroshiro128+, Blackman & Vigna, ACM Trans. Math. Softw. 47 (2021) 36.
 */
export function randomDraws(seed: number, stream: number): RandomDraws {
  const generator = xoroshiro128plus(seed)
  for (let i = 0; i < stream; i++) generator.jump()
  let spare: number | undefined
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(generator)))
    const angle = 2 * Math.PI * uniformFloat64(generator)
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  const chiSquared = (degrees: number): number => {
    let sum = 0
    for (let i = 0; i < degrees; i++) sum += normal() ** 2
    return sum
  }
  return { normal, chiSquared }
}
