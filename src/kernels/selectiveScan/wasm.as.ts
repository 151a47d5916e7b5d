// Selective scan (header: selectiveScan.ts) on SIMD lanes of four channels, so that B[t,n] and C[t,n] are broadcast and
// y needs no sum across lanes. Channels beyond e and states beyond n are zeros.
// Time is cut into segments whose tiles stay in the L1 cache. Within a segment the decays of four states are computed
// first (decay.as.ts), then the four run over all steps with h and the gradient of A in registers. The state before every
// segment is saved; the backward pass recomputes a segment's decays and states from it and runs them in reverse.
// Dimensions: b batch, l time, e channels, n states, g = ceil(e / 4) groups of channels, t step in the segment.
import {
  exp, load, loadLanes, log1p01, madd, sigmoid, splat, store, storeLanes, transposedSum,
} from '../wasm/simd.as'
import { decaysOfFour, packA, packedABytes, SEGMENT, TILE } from './decay.as'

/** Groups whose rows are read and written together: two cache lines, so that memory is streamed in order. */
const BAND: i32 = 8
// A tile holds one vector per step. Those of a group lie at these offsets from its tile dt, so that one pointer moves
// through them all. The forward pass needs the first three. At n = 16 everything stays within an L1 cache of 32 KB.
const DTU: usize = TILE
const Y: usize = 2 * TILE
/** dL/dy before the gate. */
const GRADIENT: usize = 2 * TILE
/** sum_n G B and sum_n G a h[t-1] A log2(e). */
const SUM_B: usize = 3 * TILE
const SUM_A: usize = 4 * TILE
/** The largest dt of each channel in the segment. */
const MOST: usize = 5 * TILE
const GROUP: usize = 5 * TILE + 16
// Work tiles of four states: decays, then h, each with room before it for the state before the segment.
const H: usize = 4 * TILE
const H_STRIDE: usize = TILE + 16
const WORK: usize = H + 4 * H_STRIDE
// A block belongs to four states of a segment: B and C interleaved, then tiles of their gradients, one lane per channel.
const DB: usize = 2 * TILE
const DC: usize = 6 * TILE
const BLOCK: usize = 10 * TILE
const LN2: f32 = 0.6931471805599453

// @ts-expect-error: decorator
@inline
function groupsOf(e: i32): i32 {
  return (e + 3) >> 2
}

/** States are run in fours: further ones stay zero. */
// @ts-expect-error: decorator
@inline
function paddedStates(n: i32): i32 {
  return (n + 3) & ~3
}

/** Floats of the checkpoints (b, ceil(l / SEGMENT), g, padded n, 4). */
export function scanCheckpointSize(b: i32, l: i32, e: i32, n: i32): i32 {
  return b * ((l + SEGMENT - 1) / SEGMENT) * groupsOf(e) * paddedStates(n) * 4
}

/** Bytes of scratch that either pass needs. */
export function scanScratchBytes(e: i32, n: i32): i32 {
  const states = paddedStates(n)
  const vectors = groupsOf(e) * states
  return <i32>(packedABytes(vectors) + 2 * ((<usize>vectors) << 4) + BAND * GROUP + WORK + <usize>(states / 4) * BLOCK)
}

/** B and C of a segment (steps, n; rows `stride` apart) as blocks of four states that begin with [t] = B[s..s+3], C[s..s+3]; else zeros. */
function packSteps(B: usize, C: usize, blocks: usize, steps: i32, n: i32, stride: usize): void {
  for (let s = 0; s < n; s += 4, B += 16, C += 16, blocks += BLOCK) {
    const lanes = min(4, n - s)
    let b = B
    let c = C
    let at = blocks
    for (let t = 0; t < steps; t++, at += 32, b += stride, c += stride) {
      store(at, loadLanes(b, lanes))
      v128.store(at, loadLanes(c, lanes), 16)
    }
    if (steps < SEGMENT) memory.fill(at, 0, blocks + DB - at)
  }
}

/** h <- a h + dtu B for one state. */
// @ts-expect-error: decorator
@inline
function advance(a: v128, h: v128, dtu: v128, B: v128): v128 {
  return madd(a, h, f32x4.mul(dtu, B))
}

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

/** Clears what the steps of a segment add to or leave out: MOST of each group, and the steps after them. */
function clearBand(tiles: usize, groups: i32, steps: i32): void {
  const done = (<usize>steps) << 4
  for (let g = 0; g < groups; g++, tiles += GROUP) {
    v128.store(tiles, splat(0), MOST)
    if (steps == SEGMENT) continue
    memory.fill(tiles + done, 0, TILE - done)
    memory.fill(tiles + DTU + done, 0, TILE - done)
    memory.fill(tiles + GRADIENT + done, 0, TILE - done)
  }
}

// dt = softplus(delta + bias) = max(raw, 0) + log(1 + w), w = exp(-|raw|), in two passes over the tiles: a processor sees
// only so many instructions ahead, so that two short chains of dependent ones are faster than one long chain.

/** raw and w of one step of one group, into the tiles DTU and dt. */
// @ts-expect-error: decorator
@inline
function exponential(delta: usize, bias: usize, p: usize, lanes: i32): void {
  const raw = f32x4.add(loadLanes(delta, lanes), loadLanes(bias, lanes))
  v128.store(p, raw, DTU)
  store(p, exp(f32x4.neg(f32x4.abs(raw))))
}

/**
 * The tiles dt, DTU and Y (with the skip D u) of one step of one group, at `p`; `most` is its tile MOST. Keeps dt and its
 * slope, sigmoid(delta + bias), for the backward pass.
 */
// @ts-expect-error: decorator
@inline
function discretise(u: usize, D: usize, dt: usize, slope: usize, p: usize, most: usize, lanes: i32): void {
  const raw = v128.load(p, DTU)
  const w = load(p)
  const ut = loadLanes(u, lanes)
  const step = f32x4.add(f32x4.pmax(raw, splat(0)), log1p01(w))
  const side = v128.bitselect(splat(1), w, f32x4.ge(raw, splat(0)))
  storeLanes(dt, step, lanes)
  storeLanes(slope, f32x4.div(side, f32x4.add(splat(1), w)), lanes)
  store(p, step)
  v128.store(p, f32x4.mul(step, ut), DTU)
  v128.store(p, f32x4.mul(loadLanes(D, lanes), ut), Y)
  store(most, f32x4.pmax(load(most), step))
}

/** Both passes for a band: `full` groups of four channels, two per turn, and one of `lanes` more. dt may lie over delta. */
function discretiseBand(
  u: usize, delta: usize, bias: usize, D: usize, dt: usize, slope: usize, tiles: usize, steps: i32, rowBytes: usize,
  full: usize, lanes: i32,
): void {
  for (let t = 0; t < steps; t++, delta += rowBytes) {
    let p = tiles + ((<usize>t) << 4)
    let at: usize = 0
    for (; at + 32 <= full; at += 32, p += 2 * GROUP) {
      exponential(delta + at, bias + at, p, 4)
      exponential(delta + at + 16, bias + at + 16, p + GROUP, 4)
    }
    for (; at < full; at += 16, p += GROUP) exponential(delta + at, bias + at, p, 4)
    if (lanes) exponential(delta + at, bias + at, p, lanes)
  }
  for (let t = 0; t < steps; t++) {
    let base = tiles
    let at: usize = 0
    const p = (<usize>t) << 4
    for (; at + 32 <= full; at += 32, base += 2 * GROUP) {
      discretise(u + at, D + at, dt + at, slope + at, base + p, base + MOST, 4)
      const to = at + 16
      discretise(u + to, D + to, dt + to, slope + to, base + GROUP + p, base + GROUP + MOST, 4)
    }
    for (; at < full; at += 16, base += GROUP)
      discretise(u + at, D + at, dt + at, slope + at, base + p, base + MOST, 4)
    if (lanes) discretise(u + at, D + at, dt + at, slope + at, base + p, base + MOST, lanes)
    u += rowBytes
    dt += rowBytes
    slope += rowBytes
  }
}

/** Writes y silu(z) of one step of one group, and for the backward pass silu(z), maybe over z, and y silu'(z). */
// @ts-expect-error: decorator
@inline
function gate(p: usize, z: usize, open: usize, ySlope: usize, out: usize, lanes: i32): void {
  const zt = loadLanes(z, lanes)
  const yt = v128.load(p, Y)
  const s = sigmoid(zt)
  const silu = f32x4.mul(zt, s)
  storeLanes(open, silu, lanes)
  storeLanes(ySlope, f32x4.mul(yt, f32x4.mul(s, madd(zt, f32x4.sub(splat(1), s), splat(1)))), lanes)
  storeLanes(out, f32x4.mul(yt, silu), lanes)
}

/** gate for a band. */
function gateBand(
  tiles: usize, z: usize, open: usize, ySlope: usize, out: usize, steps: i32, rowBytes: usize, full: usize, lanes: i32,
): void {
  for (let t = 0; t < steps; t++, tiles += 16) {
    let p = tiles
    let at: usize = 0
    for (; at + 32 <= full; at += 32, p += 2 * GROUP) {
      gate(p, z + at, open + at, ySlope + at, out + at, 4)
      gate(p + GROUP, z + at + 16, open + at + 16, ySlope + at + 16, out + at + 16, 4)
    }
    for (; at < full; at += 16, p += GROUP) gate(p, z + at, open + at, ySlope + at, out + at, 4)
    if (lanes) gate(p, z + at, open + at, ySlope + at, out + at, lanes)
    z += rowBytes
    open += rowBytes
    ySlope += rowBytes
    out += rowBytes
  }
}

// Scratch of both passes: packed A and its powers, the running states (or carries), sums of dA, tiles of a band, work tiles,
// blocks.

// @ts-expect-error: decorator
@inline
function stateBytesOf(e: i32, n: i32): usize {
  return (<usize>(groupsOf(e) * paddedStates(n))) << 4
}

// @ts-expect-error: decorator
@inline
function statesAt(scratch: usize, e: i32, n: i32): usize {
  return scratch + packedABytes(groupsOf(e) * paddedStates(n))
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

/** States of four states over a segment into the work tiles, from the state before it; adds g h to the tiles DC. */
// @ts-expect-error: decorator
@inline
function recomputeFour(h: usize, q: usize, r: usize, p: usize, w: usize): void {
  let h0 = load(h)
  let h1 = v128.load(h, 16)
  let h2 = v128.load(h, 32)
  let h3 = v128.load(h, 48)
  v128.store(w, h0, H)
  v128.store(w, h1, H + H_STRIDE)
  v128.store(w, h2, H + 2 * H_STRIDE)
  v128.store(w, h3, H + 3 * H_STRIDE)
  for (const end = p + TILE; p < end; p += 16, q += 32, r += 16, w += 16) {
    const dtu = v128.load(p, DTU)
    const g = v128.load(p, GRADIENT)
    h0 = advance(load(w), h0, dtu, v128.load32_splat(q))
    v128.store(w, h0, H + 16)
    v128.store(r, madd(g, h0, v128.load(r, DC)), DC)
    h1 = advance(v128.load(w, TILE), h1, dtu, v128.load32_splat(q, 4))
    v128.store(w, h1, H + H_STRIDE + 16)
    v128.store(r, madd(g, h1, v128.load(r, DC + TILE)), DC + TILE)
    h2 = advance(v128.load(w, 2 * TILE), h2, dtu, v128.load32_splat(q, 8))
    v128.store(w, h2, H + 2 * H_STRIDE + 16)
    v128.store(r, madd(g, h2, v128.load(r, DC + 2 * TILE)), DC + 2 * TILE)
    h3 = advance(v128.load(w, 3 * TILE), h3, dtu, v128.load32_splat(q, 12))
    v128.store(w, h3, H + 3 * H_STRIDE + 16)
    v128.store(r, madd(g, h3, v128.load(r, DC + 3 * TILE)), DC + 3 * TILE)
  }
}

/**
 * The reverse recurrence of four states over a segment; carry holds a[t+1] G[t+1] of the segment after it. Leaves
 * k = G a h[t-1] in place of the decays.
 */
// @ts-expect-error: decorator
@inline
function reverseFour(blocks: usize, first: usize, work: usize, carry: usize): void {
  let carry0 = load(carry)
  let carry1 = v128.load(carry, 16)
  let carry2 = v128.load(carry, 32)
  let carry3 = v128.load(carry, 48)
  let q = blocks + 2 * (TILE - 16)
  let r = blocks + (TILE - 16)
  let w = work + (TILE - 16)
  for (let p = first + (TILE - 16); p >= first; p -= 16, q -= 32, r -= 16, w -= 16) {
    const g = v128.load(p, GRADIENT)
    const dtu = v128.load(p, DTU)
    const G0 = madd(g, v128.load32_splat(q, 16), carry0)
    let sumB = madd(G0, v128.load32_splat(q), v128.load(p, SUM_B))
    v128.store(r, madd(G0, dtu, v128.load(r, DB)), DB)
    carry0 = f32x4.mul(load(w), G0)
    store(w, f32x4.mul(carry0, v128.load(w, H)))
    const G1 = madd(g, v128.load32_splat(q, 20), carry1)
    sumB = madd(G1, v128.load32_splat(q, 4), sumB)
    v128.store(r, madd(G1, dtu, v128.load(r, DB + TILE)), DB + TILE)
    carry1 = f32x4.mul(v128.load(w, TILE), G1)
    v128.store(w, f32x4.mul(carry1, v128.load(w, H + H_STRIDE)), TILE)
    const G2 = madd(g, v128.load32_splat(q, 24), carry2)
    sumB = madd(G2, v128.load32_splat(q, 8), sumB)
    v128.store(r, madd(G2, dtu, v128.load(r, DB + 2 * TILE)), DB + 2 * TILE)
    carry2 = f32x4.mul(v128.load(w, 2 * TILE), G2)
    v128.store(w, f32x4.mul(carry2, v128.load(w, H + 2 * H_STRIDE)), 2 * TILE)
    const G3 = madd(g, v128.load32_splat(q, 28), carry3)
    v128.store(p, madd(G3, v128.load32_splat(q, 12), sumB), SUM_B)
    v128.store(r, madd(G3, dtu, v128.load(r, DB + 3 * TILE)), DB + 3 * TILE)
    carry3 = f32x4.mul(v128.load(w, 3 * TILE), G3)
    v128.store(w, f32x4.mul(carry3, v128.load(w, H + 3 * H_STRIDE)), 3 * TILE)
  }
  store(carry, carry0)
  v128.store(carry, carry1, 16)
  v128.store(carry, carry2, 32)
  v128.store(carry, carry3, 48)
}

/** Adds sum_n k A to the tile SUM_A and sum_t k dt to dA, for the four states whose k reverseFour left. */
// @ts-expect-error: decorator
@inline
function decayGradients(A: usize, p: usize, k: usize, dA: usize): void {
  const A0 = load(A)
  const A1 = v128.load(A, 16)
  const A2 = v128.load(A, 32)
  const A3 = v128.load(A, 48)
  let dA0 = load(dA)
  let dA1 = v128.load(dA, 16)
  let dA2 = v128.load(dA, 32)
  let dA3 = v128.load(dA, 48)
  for (const end = p + TILE; p < end; p += 16, k += 16) {
    const d = load(p)
    const k0 = load(k)
    const k1 = v128.load(k, TILE)
    dA0 = madd(k0, d, dA0)
    dA1 = madd(k1, d, dA1)
    const sum = madd(k1, A1, madd(k0, A0, v128.load(p, SUM_A)))
    const k2 = v128.load(k, 2 * TILE)
    const k3 = v128.load(k, 3 * TILE)
    dA2 = madd(k2, d, dA2)
    dA3 = madd(k3, d, dA3)
    v128.store(p, madd(k3, A3, madd(k2, A2, sum)), SUM_A)
  }
  store(dA, dA0)
  v128.store(dA, dA1, 16)
  v128.store(dA, dA2, 32)
  v128.store(dA, dA3, 48)
}

/** Recomputes and reverses all states of one group over a segment. */
function reverseGroup(
  A: usize, c: usize, h: usize, blocks: usize, p: usize, work: usize, carry: usize, dA: usize, n: i32,
): void {
  const most = v128.load(p, MOST)
  const one = splat(1)
  for (let s = 0; s < n; s += 4, A += 64, c += 320, h += 64, blocks += BLOCK, carry += 64, dA += 64) {
    decaysOfFour(A, c, p, most, work, one)
    recomputeFour(h, blocks, blocks, p, work)
    reverseFour(blocks, p, work, carry)
    decayGradients(A, p, work, dA)
  }
}

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
