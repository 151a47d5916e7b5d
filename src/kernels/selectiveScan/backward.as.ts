// Backward pass of the scan (header: selectiveScan.ts; layout: tiles.as.ts; recurrence: reverse.as.ts).
import { load, loadLanes, madd, splat, store, storeLanes, transposedSum } from '../wasm/simd.as'
import { packA, SEGMENT, TILE } from './decay.as'
import { reverseGroup } from './reverse.as'
import {
  BAND, BLOCK, clearBand, DB, DC, DTU, GRADIENT, GROUP, groupsOf, MOST, packSteps, paddedStates, scanCheckpointSize,
  stateBytesOf, statesAt, SUM_A, SUM_B, WORK,
} from './tiles.as'

const LN2: f32 = 0.6931471805599453

/** Fills the tiles of one step of one group before the reverse pass and writes its dz. */
// @ts-expect-error: decorator
@inline
function prepare(
  dy: usize, u: usize, dt: usize, open: usize, ySlope: usize, dz: usize, p: usize, most: usize, lanes: i32,
): void {
  const step = loadLanes(dt, lanes)
  const dyt = loadLanes(dy, lanes)
  store(p, step)
  v128.store(p, f32x4.mul(step, loadLanes(u, lanes)), DTU)
  v128.store(p, f32x4.mul(dyt, loadLanes(open, lanes)), GRADIENT)
  v128.store(p, splat(0), SUM_B)
  v128.store(p, splat(0), SUM_A)
  store(most, f32x4.pmax(load(most), step))
  storeLanes(dz, f32x4.mul(dyt, loadLanes(ySlope, lanes)), lanes)
}

/** prepare for a band: `full` groups of four channels and one of `lanes` more. */
function prepareBand(
  dy: usize, u: usize, dt: usize, open: usize, ySlope: usize, dz: usize,
  tiles: usize, steps: i32, rowBytes: usize, full: usize, lanes: i32,
): void {
  for (let t = 0; t < steps; t++) {
    let base = tiles
    let at: usize = 0
    const p = (<usize>t) << 4
    for (; at < full; at += 16, base += GROUP)
      prepare(dy + at, u + at, dt + at, open + at, ySlope + at, dz + at, base + p, base + MOST, 4)
    if (lanes) prepare(dy + at, u + at, dt + at, open + at, ySlope + at, dz + at, base + p, base + MOST, lanes)
    dy += rowBytes
    u += rowBytes
    dt += rowBytes
    open += rowBytes
    ySlope += rowBytes
    dz += rowBytes
  }
}

/** Writes du and ddelta of one step of one group and adds to dD and dbias, from the tiles after the reverse pass. */
// @ts-expect-error: decorator
@inline
function finish(
  p: usize, u: usize, slope: usize, D: usize, du: usize, ddelta: usize, dD: usize, dbias: usize, lanes: i32,
): void {
  const ut = loadLanes(u, lanes)
  const g = v128.load(p, GRADIENT)
  const sumB = v128.load(p, SUM_B)
  const step = madd(sumB, ut, f32x4.mul(v128.load(p, SUM_A), splat(LN2)))
  const raw = f32x4.mul(step, loadLanes(slope, lanes))
  storeLanes(du, madd(sumB, load(p), f32x4.mul(g, loadLanes(D, lanes))), lanes)
  storeLanes(ddelta, raw, lanes)
  storeLanes(dD, madd(g, ut, loadLanes(dD, lanes)), lanes)
  storeLanes(dbias, f32x4.add(raw, loadLanes(dbias, lanes)), lanes)
}

/** finish for a band. */
function finishBand(
  tiles: usize, u: usize, slope: usize, D: usize, du: usize, ddelta: usize, dD: usize, dbias: usize,
  steps: i32, rowBytes: usize, full: usize, lanes: i32,
): void {
  for (let t = 0; t < steps; t++, tiles += 16) {
    let p = tiles
    let at: usize = 0
    for (; at < full; at += 16, p += GROUP)
      finish(p, u + at, slope + at, D + at, du + at, ddelta + at, dD + at, dbias + at, 4)
    if (lanes) finish(p, u + at, slope + at, D + at, du + at, ddelta + at, dD + at, dbias + at, lanes)
    u += rowBytes
    slope += rowBytes
    du += rowBytes
    ddelta += rowBytes
  }
}

/** Clears the tiles DB and DC of every block. */
function clearBlocks(blocks: usize, n: i32): void {
  for (let s = 0; s < n; s += 4, blocks += BLOCK) memory.fill(blocks + DB, 0, 8 * TILE)
}

/** The sums over lanes of four neighbouring tiles at one step. */
// @ts-expect-error: decorator
@inline
function sumsOfFour(p: usize): v128 {
  return transposedSum(load(p), v128.load(p, TILE), v128.load(p, 2 * TILE), v128.load(p, 3 * TILE))
}

/** Sums DB and DC of every block over their lanes into dB and dC (steps, n; rows `stride` apart). */
function unpackSteps(blocks: usize, dB: usize, dC: usize, steps: i32, n: i32, stride: usize): void {
  for (let s = 0; s < n; s += 4, dB += 16, dC += 16, blocks += BLOCK) {
    const lanes = min(4, n - s)
    let b = dB
    let c = dC
    let q = blocks
    for (let t = 0; t < steps; t++, q += 16, b += stride, c += stride) {
      storeLanes(b, sumsOfFour(q + DB), lanes)
      storeLanes(c, sumsOfFour(q + DC), lanes)
    }
  }
}

/** dA from vectors [g][padded n] to (e, n). */
function unpackA(packed: usize, dA: usize, e: i32, n: i32): void {
  const padded = paddedStates(n)
  for (let channel = 0; channel < e; channel++)
    for (let s = 0; s < n; s++) {
      const at = (((channel >> 2) * padded + s) << 2) + (channel & 3)
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
  const groupBytes = (<usize>padded) << 4
  const stateBytes = stateBytesOf(e, n)
  const rowBytes = (<usize>e) << 2
  const coefficients = scratch + stateBytes
  const carry = statesAt(scratch, e, n)
  const sumA = carry + stateBytes
  const tiles = sumA + stateBytes
  const work = tiles + BAND * GROUP
  const blocks = work + WORK
  for (let segment = (rows - 1) / SEGMENT; segment >= 0; segment--) {
    const first = segment * SEGMENT
    const steps = min(SEGMENT, rows - first)
    const states = checkpoints + <usize>segment * stateBytes
    const bc = <usize>first * bcBytes
    packSteps(B + bc, C + bc, blocks, steps, n, bcBytes)
    clearBlocks(blocks, n)
    for (let band = 0; band < groups; band += BAND) {
      const count = min(BAND, groups - band)
      const column = (<usize>band) << 4
      const at = <usize>first * rowBytes + column
      const channels = min(4 * count, e - 4 * band)
      const full = (<usize>(channels >> 2)) << 4
      const rest = channels & 3
      clearBand(tiles, count, steps)
      prepareBand(dy + at, u + at, dt + at, open + at, ySlope + at, dz + at, tiles, steps, rowBytes, full, rest)
      for (let g = 0; g < count; g++) {
        const row = <usize>(band + g) * groupBytes
        const p = tiles + <usize>g * GROUP
        reverseGroup(
          scratch + row, coefficients + 5 * row, states + row, blocks, p, work, carry + row, sumA + row, padded)
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
