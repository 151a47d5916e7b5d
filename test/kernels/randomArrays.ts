import * as fc from 'fast-check'

/** Float32-exact numbers in [low, high] from a seed: the same inputs for the float64 reference and every kernel. */
export function randomArray(seed: number, size: number, low = -1, high = 1): Float64Array {
  let state = seed >>> 0
  const next = () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return Float64Array.from({ length: size }, () => Math.fround(low + (high - low) * next()))
}

/** How hard the inputs of a scan are: scale of u, z; range of delta before softplus; least A. */
export const scanCase: fc.Arbitrary<ScanCase> = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  b: fc.integer({ min: 1, max: 2 }),
  l: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 100 })),
  e: fc.integer({ min: 1, max: 9 }),
  n: fc.integer({ min: 1, max: 9 }),
  scale: fc.constantFrom(1e-3, 1, 1e4),
  delta: fc.constantFrom(-30, -5, 0, 5, 30, 1e4),
  leastA: fc.constantFrom(-1, -16, -1000),
})

export interface ScanCase {
  readonly seed: number
  readonly b: number
  readonly l: number
  readonly e: number
  readonly n: number
  readonly scale: number
  readonly delta: number
  readonly leastA: number
}

/** Float64 inputs of one scan, by the names of selectiveScan. */
export function scanInputs({ seed, b, l, e, n, scale, delta, leastA }: ScanCase): Record<string, Float64Array> {
  const rows = b * l
  return {
    u: randomArray(seed, rows * e, -scale, scale),
    delta: randomArray(seed + 1, rows * e, delta - 1, delta + 1),
    A: randomArray(seed + 2, e * n, leastA, leastA / 100),
    B: randomArray(seed + 3, rows * n),
    C: randomArray(seed + 4, rows * n),
    D: randomArray(seed + 5, e),
    z: randomArray(seed + 6, rows * e, -scale, scale),
    deltaBias: randomArray(seed + 7, e),
  }
}
