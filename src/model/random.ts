/** A source of uniform numbers in [0, 1). */
export type Random = () => number

/**
 * Seeded generator of uniform numbers in [0, 1) with 32 random bits: xoshiro128** (Blackman & Vigna 2018), its state
 * filled by splitmix32. The same seed gives the same numbers on every machine.
 */
export function createRandom(seed: number): Random {
  const state = splitmix32(seed, 4)
  let [a, b, c, d] = [state[0]!, state[1]!, state[2]!, state[3]!]
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotateLeft(d, 11)
    return result / 2 ** 32
  }
}

const rotateLeft = (x: number, k: number): number => (x << k) | (x >>> (32 - k))

function splitmix32(seed: number, count: number): number[] {
  let state = seed | 0
  return Array.from({ length: count }, () => {
    state = (state + 0x9e3779b9) | 0
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  })
}
