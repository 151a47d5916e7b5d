// Forward pass of the scan (header: selectiveScan.ts; layout: tiles.as.ts).
import { load, madd, splat, store } from '../wasm/simd.as'
import { decaysOfFour, packA, SEGMENT, TILE } from './decay.as'
import { discretiseBand, gateBand } from './elementwise.as'
import {
  advance, BAND, BLOCK, clearBand, DTU, GROUP, groupsOf, MOST, packSteps, paddedStates, scanCheckpointSize, stateBytesOf,
  statesAt, WORK, Y,
} from './tiles.as'

/** Runs two states of one group over a segment with decays at `w`, adds C h to the tile Y. */
// @ts-expect-error: decorator
@inline
function runTwo(h: usize, q: usize, p: usize, w: usize): void {
  let h0 = load(h)
  let h1 = v128.load(h, 16)
  for (const end = p + TILE; p < end; p += 32, q += 64, w += 32) {
    const dtu = v128.load(p, DTU)
    h0 = advance(load(w), h0, dtu, v128.load32_splat(q))
    h1 = advance(v128.load(w, TILE), h1, dtu, v128.load32_splat(q, 4))
    v128.store(p, madd(h1, v128.load32_splat(q, 20), madd(h0, v128.load32_splat(q, 16), v128.load(p, Y))), Y)
    const next = v128.load(p, DTU + 16)
    h0 = advance(v128.load(w, 16), h0, next, v128.load32_splat(q, 32))
    h1 = advance(v128.load(w, TILE + 16), h1, next, v128.load32_splat(q, 36))
    v128.store(p, madd(h1, v128.load32_splat(q, 52), madd(h0, v128.load32_splat(q, 48), v128.load(p, Y + 16))), Y + 16)
  }
  store(h, h0)
  v128.store(h, h1, 16)
}

/** All states of one group over a segment. */
function runGroup(A: usize, c: usize, h: usize, blocks: usize, p: usize, work: usize, n: i32): void {
  const most = v128.load(p, MOST)
  const one = splat(1)
  for (let s = 0; s < n; s += 4, A += 64, c += 320, h += 64, blocks += BLOCK) {
    decaysOfFour(A, c, p, most, work, one)
    runTwo(h, blocks, p, work)
    runTwo(h + 32, blocks + 8, p, work + 2 * TILE)
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
  const groupBytes = (<usize>padded) << 4
  const stateBytes = stateBytesOf(e, n)
  const rowBytes = (<usize>e) << 2
  const coefficients = scratch + stateBytes
  const states = statesAt(scratch, e, n)
  const tiles = states + 2 * stateBytes
  const work = tiles + BAND * GROUP
  const blocks = work + WORK
  for (let start = 0; start < rows; start += SEGMENT) {
    const steps = min(SEGMENT, rows - start)
    const row = <usize>start * rowBytes
    packSteps(B + <usize>start * bcBytes, C + <usize>start * bcBytes, blocks, steps, n, bcBytes)
    memory.copy(checkpoints, states, stateBytes)
    checkpoints += stateBytes
    for (let band = 0; band < groups; band += BAND) {
      const count = min(BAND, groups - band)
      const column = (<usize>band) << 4
      const at = row + column
      const channels = min(4 * count, e - 4 * band)
      const full = (<usize>(channels >> 2)) << 4
      clearBand(tiles, count, steps)
      discretiseBand(
        u + at, delta + at, bias + column, D + column, dt + at, slope + at, tiles, steps, rowBytes, full, channels & 3)
      for (let g = 0; g < count; g++) {
        const state = <usize>(band + g) * groupBytes
        runGroup(
          scratch + state, coefficients + 5 * state, states + state, blocks, tiles + <usize>g * GROUP, work, padded)
      }
      gateBand(tiles, z + at, open + at, ySlope + at, out + at, steps, rowBytes, full, channels & 3)
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
