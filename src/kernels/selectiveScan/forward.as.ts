// Forward pass of the scan (header: selectiveScan.ts; layout: tiles.as.ts).
import { load, madd, store } from '../wasm/simd.as'
import { COEFFICIENTS, decaysOfFour, packA, PAIR, SEGMENT, TILE } from './decay.as'
import { discretiseBand, gateBand } from './elementwise.as'
import {
  advance, BAND, clearBand, DTU, extendMost, GROUP, groupsOf, isWhole, MOST, packSteps, paddedStates, scanCheckpointSize,
  stateBytesOf, statesAt, WORK, Y,
} from './tiles.as'

/** Runs two states of one group over a segment with decays at `w`, adds C h to the tile Y; rows of B and C `stride` apart. */
// @ts-expect-error: decorator
@inline
function runTwo(h: usize, B: usize, C: usize, stride: usize, p: usize, w: usize): void {
  let h0 = load(h)
  let k0 = v128.load(h, 16)
  let h1 = v128.load(h, PAIR)
  let k1 = v128.load(h, PAIR + 16)
  for (const end = p + TILE; p < end; p += PAIR, B += stride, C += stride, w += PAIR) {
    const du0 = v128.load(p, DTU)
    const du1 = v128.load(p, DTU + 16)
    const b0 = v128.load32_splat(B)
    h0 = advance(load(w), h0, du0, b0)
    k0 = advance(v128.load(w, 16), k0, du1, b0)
    const b1 = v128.load32_splat(B, 4)
    h1 = advance(v128.load(w, TILE), h1, du0, b1)
    k1 = advance(v128.load(w, TILE + 16), k1, du1, b1)
    const c0 = v128.load32_splat(C)
    const x0 = madd(h0, c0, v128.load(p, Y))
    const x1 = madd(k0, c0, v128.load(p, Y + 16))
    const c1 = v128.load32_splat(C, 4)
    const y0 = madd(h1, c1, x0)
    const y1 = madd(k1, c1, x1)
    v128.store(p, y1, Y + 16)
    v128.store(p, y0, Y)
  }
  v128.store(h, k0, 16)
  store(h, h0)
  v128.store(h, k1, PAIR + 16)
  v128.store(h, h1, PAIR)
}

/** All states of one group over a segment. */
function runGroup(
  A: usize, c: usize, h: usize, B: usize, C: usize, stride: usize, p: usize, work: usize, n: i32,
): void {
  for (let s = 0; s < n; s += 4, A += 4 * PAIR, c += 4 * COEFFICIENTS, h += 4 * PAIR, B += 16, C += 16) {
    decaysOfFour(A, c, p, p + MOST + PAIR, work)
    runTwo(h, B, C, stride, p, work)
    runTwo(h + 2 * PAIR, B + 8, C + 8, stride, p, work + 2 * TILE)
  }
}

/** Once per call, before any rows. */
export function beginForward(A: usize, scratch: usize, e: i32, n: i32): void {
  packA(A, scratch, groupsOf(e), paddedStates(n), e, n)
}

/** Before the first rows of a sequence: h = 0. */
export function resetForward(scratch: usize, e: i32, n: i32): void {
  memory.fill(statesAt(scratch, e, n), 0, stateBytesOf(e, n))
}

/** Before rows that go on from a state that was saved before a segment, instead of resetForward. */
export function resumeForward(state: usize, scratch: usize, e: i32, n: i32): void {
  memory.copy(statesAt(scratch, e, n), state, stateBytesOf(e, n))
}

/**
 * The next `rows` steps of a sequence; all but the last call must have a multiple of SEGMENT. Pointers at those rows; rows
 * of B and C are `bcBytes` apart. Keeps dt (over delta where both are the same), slope, open (or over z), ySlope and the
 * state before every segment.
 */
export function forwardRows(
  u: usize, delta: usize, B: usize, C: usize, D: usize, z: usize, bias: usize,
  out: usize, dt: usize, slope: usize, open: usize, ySlope: usize, checkpoints: usize, scratch: usize,
  rows: i32, e: i32, n: i32, bcBytes: usize,
): void {
  const groups = groupsOf(e)
  const padded = paddedStates(n)
  const groupBytes = <usize>padded * PAIR
  const stateBytes = stateBytesOf(e, n)
  const rowBytes = (<usize>e) << 2
  const coefficients = scratch + stateBytes
  const states = statesAt(scratch, e, n)
  const tiles = states + 2 * stateBytes
  const work = tiles + BAND * GROUP
  const packed = work + WORK
  for (let start = 0; start < rows; start += SEGMENT) {
    const steps = min(SEGMENT, rows - start)
    const row = <usize>start * rowBytes
    let b = B + <usize>start * bcBytes
    let c = C + <usize>start * bcBytes
    let stride = bcBytes
    if (!isWhole(steps, n)) {
      packSteps(b, c, packed, steps, n, bcBytes)
      stride = (<usize>padded) << 3
      b = packed
      c = packed + (stride >> 1)
    }
    memory.copy(checkpoints, states, stateBytes)
    checkpoints += stateBytes
    for (let band = 0; band < groups; band += BAND) {
      const count = min(BAND, groups - band)
      const column = <usize>band * PAIR
      const at = row + column
      const channels = min(8 * count, e - 8 * band)
      const full = <usize>(channels >> 3) * PAIR
      clearBand(tiles, count, steps, channels & 7)
      discretiseBand(
        u + at, delta + at, bias + column, D + column, dt + at, slope + at, tiles, steps, rowBytes, full, channels & 7)
      extendMost(tiles, count, steps)
      for (let g = 0; g < count; g++) {
        const state = <usize>(band + g) * groupBytes
        runGroup(
          scratch + state, coefficients + 6 * state, states + state, b, c, stride, tiles + <usize>g * GROUP, work, padded)
      }
      gateBand(tiles, z + at, open + at, ySlope + at, out + at, steps, rowBytes, full, channels & 7)
    }
  }
}

/**
 * Writes out (b, l, e) and what the backward pass reads: dt, slope, open, ySlope (b, l, e each, one after the other) and the
 * state before every segment (scanCheckpointSize floats).
 */
export function scanForward(
  u: usize, delta: usize, A: usize, B: usize, C: usize, D: usize, z: usize, bias: usize,
  out: usize, kept: usize, checkpoints: usize, scratch: usize,
  b: i32, l: i32, e: i32, n: i32,
): void {
  const saved = (<usize>scanCheckpointSize(1, l, e, n)) << 2
  const wide = (<usize>(l * e)) << 2
  const narrow = (<usize>(l * n)) << 2
  const all = <usize>b * wide
  beginForward(A, scratch, e, n)
  for (let batch: usize = 0; batch < <usize>b; batch++) {
    const at = batch * wide
    const steps = batch * narrow
    const dt = kept + at
    resetForward(scratch, e, n)
    forwardRows(
      u + at, delta + at, B + steps, C + steps, D, z + at, bias, out + at, dt, dt + all, dt + 2 * all, dt + 3 * all,
      checkpoints + batch * saved, scratch, l, e, n, (<usize>n) << 2)
  }
}
