// Backward pass of the scan (header: selectiveScan.ts; layout: tiles.as.ts; recurrence: reverse.as.ts).
import { load, storeLanes, transposedSum } from '../wasm/simd.as'
import { finishBand, prepareBand } from './bands.as'
import { packA, PAIR, SEGMENT, TILE } from './decay.as'
import { reverseGroup } from './reverse.as'
import {
  BAND, BLOCK, blocksAfter, clearBand, DC, extendMost, GROUP, groupsOf, isWhole, packSteps, paddedStates,
  scanCheckpointSize, stateBytesOf, statesAt, WORK,
} from './tiles.as'

/** Both vectors of a pair, added. */
// @ts-expect-error: decorator
@inline
function folded(p: usize): v128 {
  return f32x4.add(load(p), v128.load(p, 16))
}

/** The sums over lanes of four neighbouring tiles at one step. */
// @ts-expect-error: decorator
@inline
function sumsOfFour(p: usize): v128 {
  return transposedSum(folded(p), folded(p + TILE), folded(p + 2 * TILE), folded(p + 3 * TILE))
}

/** Sums the tiles of every block over their lanes into dB and dC (steps, n; rows `stride` apart). */
function unpackSteps(blocks: usize, dB: usize, dC: usize, steps: i32, n: i32, stride: usize): void {
  for (let s = 0; s < n; s += 4, dB += 16, dC += 16, blocks += BLOCK) {
    const lanes = min(4, n - s)
    let b = dB
    let c = dC
    let q = blocks
    for (let t = 0; t < steps; t++, q += PAIR, b += stride, c += stride) {
      storeLanes(b, sumsOfFour(q), lanes)
      storeLanes(c, sumsOfFour(q + DC), lanes)
    }
  }
}

/** dA from pairs [g][padded n] to (e, n). */
function unpackA(packed: usize, dA: usize, e: i32, n: i32): void {
  const padded = paddedStates(n)
  for (let channel = 0; channel < e; channel++)
    for (let s = 0; s < n; s++) {
      const at = (((channel >> 3) * padded + s) << 3) + (channel & 7)
      f32.store(dA + ((<usize>(channel * n + s)) << 2), f32.load(packed + ((<usize>at) << 2)))
    }
}

/** Once per call, before any rows: clears what rows add to. */
export function beginBackward(A: usize, dD: usize, dbias: usize, scratch: usize, e: i32, n: i32): void {
  packA(A, scratch, groupsOf(e), paddedStates(n), e, n)
  memory.fill(statesAt(scratch, e, n) + stateBytesOf(e, n), 0, stateBytesOf(e, n))
  memory.fill(dD, 0, (<usize>e) << 2)
  memory.fill(dbias, 0, (<usize>e) << 2)
}

/** Before the last rows of a sequence: nothing flows back from after it. */
export function resetBackward(scratch: usize, e: i32, n: i32): void {
  memory.fill(statesAt(scratch, e, n), 0, stateBytesOf(e, n))
}

/**
 * The `rows` steps before those of the call before; `rows`, kept and `bcBytes` as in the forward pass, pointers at the first
 * of them; rows of dB and dC are `bcBytes` apart too.
 */
export function backwardRows(
  dy: usize, u: usize, B: usize, C: usize, D: usize, dt: usize, slope: usize, open: usize, ySlope: usize,
  checkpoints: usize, du: usize, ddelta: usize, dB: usize, dC: usize, dD: usize, dz: usize, dbias: usize, scratch: usize,
  rows: i32, e: i32, n: i32, bcBytes: usize,
): void {
  const groups = groupsOf(e)
  const padded = paddedStates(n)
  const groupBytes = <usize>padded * PAIR
  const stateBytes = stateBytesOf(e, n)
  const rowBytes = (<usize>e) << 2
  const coefficients = scratch + stateBytes
  const carry = statesAt(scratch, e, n)
  const sumA = carry + stateBytes
  const tiles = sumA + stateBytes
  const work = tiles + BAND * GROUP
  const packed = work + WORK
  const blocks = blocksAfter(packed, padded)
  for (let segment = (rows - 1) / SEGMENT; segment >= 0; segment--) {
    const first = segment * SEGMENT
    const steps = min(SEGMENT, rows - first)
    const states = checkpoints + <usize>segment * stateBytes
    const bc = <usize>first * bcBytes
    let b = B + bc
    let c = C + bc
    let stride = bcBytes
    if (!isWhole(steps, n)) {
      packSteps(b, c, packed, steps, n, bcBytes)
      stride = (<usize>padded) << 3
      b = packed
      c = packed + (stride >> 1)
    }
    memory.fill(blocks, 0, <usize>(padded >> 2) * BLOCK)
    for (let band = 0; band < groups; band += BAND) {
      const count = min(BAND, groups - band)
      const column = <usize>band * PAIR
      const at = <usize>first * rowBytes + column
      const channels = min(8 * count, e - 8 * band)
      const full = <usize>(channels >> 3) * PAIR
      const rest = channels & 7
      clearBand(tiles, count, steps, rest)
      prepareBand(dy + at, u + at, dt + at, open + at, ySlope + at, dz + at, tiles, steps, rowBytes, full, rest)
      extendMost(tiles, count, steps)
      for (let g = 0; g < count; g++) {
        const row = <usize>(band + g) * groupBytes
        const p = tiles + <usize>g * GROUP
        reverseGroup(
          scratch + row, coefficients + 6 * row, states + row, b, c, stride, blocks, p, work, carry + row, sumA + row,
          padded)
      }
      finishBand(
        tiles, u + at, slope + at, D + column, du + at, ddelta + at, dD + column, dbias + column,
        steps, rowBytes, full, rest)
    }
    unpackSteps(blocks, dB + bc, dC + bc, steps, n, bcBytes)
  }
}

/** Once per call, after all rows: writes dA (e, n). */
export function endBackward(dA: usize, scratch: usize, e: i32, n: i32): void {
  unpackA(statesAt(scratch, e, n) + stateBytesOf(e, n), dA, e, n)
}

/** Gradients of every input of scanForward, given dy = dL/dout and what it kept. */
export function scanBackward(
  dy: usize, u: usize, A: usize, B: usize, C: usize, D: usize, kept: usize, checkpoints: usize,
  du: usize, ddelta: usize, dA: usize, dB: usize, dC: usize, dD: usize, dz: usize, dbias: usize, scratch: usize,
  b: i32, l: i32, e: i32, n: i32,
): void {
  const saved = (<usize>scanCheckpointSize(1, l, e, n)) << 2
  const wide = (<usize>(l * e)) << 2
  const narrow = (<usize>(l * n)) << 2
  const all = <usize>b * wide
  beginBackward(A, dD, dbias, scratch, e, n)
  for (let batch: usize = 0; batch < <usize>b; batch++) {
    const at = batch * wide
    const steps = batch * narrow
    const dt = kept + at
    resetBackward(scratch, e, n)
    backwardRows(
      dy + at, u + at, B + steps, C + steps, D, dt, dt + all, dt + 2 * all, dt + 3 * all, checkpoints + batch * saved,
      du + at, ddelta + at, dB + steps, dC + steps, dD, dz + at, dbias, scratch, l, e, n, (<usize>n) << 2)
  }
  endBackward(dA, scratch, e, n)
}
