// Selective scan (header: selectiveScan.ts) on SIMD lanes of four channels, so that B[t,n] and C[t,n] are broadcast and
// y needs no sum across lanes. Channels beyond e are lanes of zeros.
// Time is cut into segments whose tiles stay in the L1 cache. Within a segment two states at a time run over all steps
// with h, A and their gradients in registers. The state before every segment is saved; the backward pass recomputes a
// segment's decays and states from it and runs them in reverse.
// Dimensions: b batch, l time, e channels, n states, g = ceil(e / 4) groups of channels, t step in the segment.
import {
  exp, exp2Product, load, loadLanes, log1p01, madd, sigmoid, softplus, splat, store, storeLanes, transposedSum,
} from '../wasm/simd.as'

/** Steps between checkpoints. */
const SEGMENT: i32 = 16
/** Bytes of one vector per step of a segment. */
const TILE: usize = (<usize>SEGMENT) << 4
/** Groups whose rows are read and written together: two cache lines, so that memory is streamed in order. */
const BAND: i32 = 8
// A tile holds one vector per step. Those of a group lie at these offsets from its tile dt, so that one pointer moves
// through them all. The forward pass needs the first three. At n = 16 everything stays within an L1 cache of 32 KB.
const DTU: usize = TILE
const Y: usize = 2 * TILE
/** dL/dy before the gate. */
const GRADIENT: usize = 2 * TILE
/** sigmoid(delta + bias), the derivative of softplus. */
const SLOPE: usize = 3 * TILE
/** sum_n G B and sum_n G a h[t-1] A log2(e). */
const SUM_B: usize = 4 * TILE
const SUM_A: usize = 5 * TILE
/** The largest dt of each channel in the segment. */
const MOST: usize = 6 * TILE
const GROUP: usize = 6 * TILE + 16
// Work tiles of two states: exp(dt A) and h; each h has room before it for the state before the segment.
const DECAY1: usize = TILE
const H0: usize = 2 * TILE + 16
const H1: usize = 3 * TILE + 32
const WORK: usize = 5 * TILE
// A block belongs to two states of a segment: B and C interleaved, then tiles of their gradients, one lane per channel.
const DB0: usize = TILE
const DB1: usize = 2 * TILE
const DC0: usize = 3 * TILE
const DC1: usize = 4 * TILE
const BLOCK: usize = 5 * TILE
const LN2: f32 = 0.6931471805599453

// @ts-expect-error: decorator
@inline
function groupsOf(e: i32): i32 {
  return (e + 3) >> 2
}

/** States are run in pairs: an odd n gets one more that stays zero. */
// @ts-expect-error: decorator
@inline
function evenStates(n: i32): i32 {
  return (n + 1) & ~1
}

/** Floats of the checkpoints (b, ceil(l / SEGMENT), g, even n, 4). */
export function scanCheckpointSize(b: i32, l: i32, e: i32, n: i32): i32 {
  return b * ((l + SEGMENT - 1) / SEGMENT) * groupsOf(e) * evenStates(n) * 4
}

/** Bytes of scratch that either pass needs. */
export function scanScratchBytes(e: i32, n: i32): i32 {
  const states = evenStates(n)
  return groupsOf(e) * (3 * states + 1) * 16 + BAND * <i32>GROUP + <i32>WORK + (states / 2) * <i32>BLOCK
}

/**
 * A (e, n) as vectors [g][even n] of four channels, times log2(e) so that exp2 does for exp; after them one vector per
 * group with the least of each channel, which tells when dt A may leave the range of exp2.
 */
function packA(A: usize, packed: usize, e: i32, n: i32): void {
  const groups = groupsOf(e)
  const states = evenStates(n)
  let least = packed + ((<usize>(groups * states)) << 4)
  for (let g = 0; g < groups; g++) {
    let low = splat(0)
    for (let s = 0; s < states; s++) {
      for (let lane = 0; lane < 4; lane++) {
        const channel = g * 4 + lane
        const value: f32 = channel < e && s < n ? f32.load(A + ((<usize>(channel * n + s)) << 2)) : 0
        f32.store(packed + ((<usize>lane) << 2), value * 1.4426950408889634)
      }
      low = f32x4.pmin(low, load(packed))
      packed += 16
    }
    store(least, low)
    least += 16
  }
}

/**
 * B and C of a segment (steps, n) as blocks [pair of states] of BLOCK bytes that begin with vectors [t] = B[s], B[s+1],
 * C[s], C[s+1]; zeros at a missing state and at the step that makes an odd count even.
 */
function packSteps(B: usize, C: usize, blocks: usize, steps: i32, n: i32): void {
  const stride = (<usize>n) << 2
  for (let s = 0; s < n; s += 2, B += 8, C += 8, blocks += BLOCK) {
    const single = s + 1 == n
    let b = B
    let c = C
    let at = blocks
    for (let t = 0; t < steps; t++, at += 16, b += stride, c += stride) {
      f32.store(at, f32.load(b))
      f32.store(at, single ? 0 : f32.load(b, 4), 4)
      f32.store(at, f32.load(c), 8)
      f32.store(at, single ? 0 : f32.load(c, 4), 12)
    }
    if (steps & 1) store(at, splat(0))
  }
}

/** Whether dt A may leave the range of exp2; as types, so that each has loops of its own without a test inside. */
class Near {}
class Far {}

/** Whether the largest dt of the group with tiles at `p` can take dt A below the range of exp2. */
// @ts-expect-error: decorator
@inline
function reachesFar(p: usize, least: usize): bool {
  return v128.any_true(f32x4.lt(f32x4.mul(v128.load(p, MOST), load(least)), splat(-126)))
}

/**
 * exp(dt A) where `A` holds A log2(e); zero below the range of exp2, for which only `Far` looks. In range both give the
 * same bits, so that no step depends on a later one of its segment.
 */
// @ts-expect-error: decorator
@inline
function decay<Range>(dt: v128, A: v128): v128 {
  const a = exp2Product(dt, A)
  return idof<Range>() == idof<Near>() ? a : v128.and(a, f32x4.ge(f32x4.mul(dt, A), splat(-126)))
}

/** h <- exp(dt A) h + dtu B for one state. */
// @ts-expect-error: decorator
@inline
function advance<Range>(A: v128, h: v128, dt: v128, dtu: v128, B: v128): v128 {
  return madd(decay<Range>(dt, A), h, f32x4.mul(dtu, B))
}

/** y + C h of two states; their C at `q` + 8. */
// @ts-expect-error: decorator
@inline
function readOut(y: v128, h0: v128, h1: v128, q: usize): v128 {
  return madd(h1, v128.load32_splat(q, 12), madd(h0, v128.load32_splat(q, 8), y))
}

/** Runs states s and s + 1 of one group over a segment, adds C h to the tile Y. Two steps per turn of the loop. */
// @ts-expect-error: decorator
@inline
function runPair<Range>(A: usize, h: usize, q: usize, p: usize, end: usize): void {
  const A0 = load(A)
  const A1 = v128.load(A, 16)
  let h0 = load(h)
  let h1 = v128.load(h, 16)
  for (; p < end; p += 32, q += 32) {
    const d = load(p)
    const dtu = v128.load(p, DTU)
    h0 = advance<Range>(A0, h0, d, dtu, v128.load32_splat(q))
    h1 = advance<Range>(A1, h1, d, dtu, v128.load32_splat(q, 4))
    v128.store(p, readOut(v128.load(p, Y), h0, h1, q), Y)
    const d2 = v128.load(p, 16)
    const dtu2 = v128.load(p, DTU + 16)
    h0 = advance<Range>(A0, h0, d2, dtu2, v128.load32_splat(q, 16))
    h1 = advance<Range>(A1, h1, d2, dtu2, v128.load32_splat(q, 20))
    v128.store(p, readOut(v128.load(p, Y + 16), h0, h1, q + 16), Y + 16)
  }
  store(h, h0)
  v128.store(h, h1, 16)
}

/** All states of one group over a segment whose tiles end at `end`. */
function runGroup<Range>(A: usize, h: usize, blocks: usize, p: usize, end: usize, n: i32): void {
  for (let s = 0; s < n; s += 2, A += 32, h += 32, blocks += BLOCK) runPair<Range>(A, h, blocks, p, end)
}

/** Clears what the steps of a segment add to or leave out: MOST of each group, and the step after an odd count. */
function clearBand(tiles: usize, groups: i32, steps: i32): void {
  for (let g = 0; g < groups; g++, tiles += GROUP) {
    v128.store(tiles, splat(0), MOST)
    if (!(steps & 1)) continue
    const p = tiles + ((<usize>steps) << 4)
    store(p, splat(0))
    v128.store(p, splat(0), DTU)
    v128.store(p, splat(0), GRADIENT)
  }
}

/** The tiles dt, DTU and Y (with the skip D u) of one step of one group, at `p`; `most` is its tile MOST. */
// @ts-expect-error: decorator
@inline
function discretise(u: usize, delta: usize, bias: usize, D: usize, p: usize, most: usize, lanes: i32): void {
  const ut = loadLanes(u, lanes)
  const step = softplus(f32x4.add(loadLanes(delta, lanes), loadLanes(bias, lanes)))
  store(p, step)
  v128.store(p, f32x4.mul(step, ut), DTU)
  v128.store(p, f32x4.mul(loadLanes(D, lanes), ut), Y)
  store(most, f32x4.pmax(load(most), step))
}

/** discretise for a band: `full` groups of four channels and one of `lanes` more. */
function discretiseBand(
  u: usize, delta: usize, bias: usize, D: usize, tiles: usize, steps: i32, rowBytes: usize, full: usize, lanes: i32,
): void {
  for (let t = 0; t < steps; t++, u += rowBytes, delta += rowBytes) {
    let base = tiles
    const step = (<usize>t) << 4
    for (let at: usize = 0; at < full; at += 16, base += GROUP)
      discretise(u + at, delta + at, bias + at, D + at, base + step, base + MOST, 4)
    if (lanes) discretise(u + full, delta + full, bias + full, D + full, base + step, base + MOST, lanes)
  }
}

/** Writes y and y silu(z) of one step of one group. */
// @ts-expect-error: decorator
@inline
function gate(p: usize, z: usize, y: usize, out: usize, lanes: i32): void {
  const zt = loadLanes(z, lanes)
  const yt = v128.load(p, Y)
  storeLanes(y, yt, lanes)
  storeLanes(out, f32x4.mul(yt, f32x4.mul(zt, sigmoid(zt))), lanes)
}

/** gate for a band. */
function gateBand(
  tiles: usize, z: usize, y: usize, out: usize, steps: i32, rowBytes: usize, full: usize, lanes: i32,
): void {
  for (let t = 0; t < steps; t++, z += rowBytes, y += rowBytes, out += rowBytes, tiles += 16) {
    let p = tiles
    for (let at: usize = 0; at < full; at += 16, p += GROUP) gate(p, z + at, y + at, out + at, 4)
    if (lanes) gate(p, z + full, y + full, out + full, lanes)
  }
}

// Scratch of the forward pass: packed A and its least, the running states, tiles of a band, blocks.

// @ts-expect-error: decorator
@inline
function stateBytesOf(e: i32, n: i32): usize {
  return (<usize>(groupsOf(e) * evenStates(n))) << 4
}

// @ts-expect-error: decorator
@inline
function statesAt(scratch: usize, e: i32, n: i32): usize {
  return scratch + stateBytesOf(e, n) + ((<usize>groupsOf(e)) << 4)
}

/** Once per call, before any rows. */
export function beginForward(A: usize, scratch: usize, e: i32, n: i32): void {
  packA(A, scratch, e, n)
}

/** Before the first rows of a sequence: h = 0. */
export function resetForward(scratch: usize, e: i32, n: i32): void {
  memory.fill(statesAt(scratch, e, n), 0, stateBytesOf(e, n))
}

/** The next `rows` steps of a sequence; all but the last call must have a multiple of SEGMENT. Pointers at those rows. */
export function forwardRows(
  u: usize, delta: usize, B: usize, C: usize, D: usize, z: usize, bias: usize,
  out: usize, y: usize, checkpoints: usize, scratch: usize, rows: i32, e: i32, n: i32,
): void {
  const groups = groupsOf(e)
  const even = evenStates(n)
  const groupBytes = (<usize>even) << 4
  const stateBytes = stateBytesOf(e, n)
  const rowBytes = (<usize>e) << 2
  const least = scratch + stateBytes
  const states = statesAt(scratch, e, n)
  const tiles = states + stateBytes
  const blocks = tiles + BAND * GROUP
  for (let start = 0; start < rows; start += SEGMENT) {
    const steps = min(SEGMENT, rows - start)
    const span = (<usize>((steps + 1) & ~1)) << 4
    packSteps(B, C, blocks, steps, n)
    memory.copy(checkpoints, states, stateBytes)
    checkpoints += stateBytes
    for (let band = 0; band < groups; band += BAND) {
      const count = min(BAND, groups - band)
      const at = (<usize>band) << 4
      const channels = min(4 * count, e - 4 * band)
      const full = (<usize>(channels >> 2)) << 4
      clearBand(tiles, count, steps)
      discretiseBand(u + at, delta + at, bias + at, D + at, tiles, steps, rowBytes, full, channels & 3)
      for (let g = 0; g < count; g++) {
        const row = <usize>(band + g) * groupBytes
        const p = tiles + <usize>g * GROUP
        if (reachesFar(p, least + at + ((<usize>g) << 4)))
          runGroup<Far>(scratch + row, states + row, blocks, p, p + span, even)
        else runGroup<Near>(scratch + row, states + row, blocks, p, p + span, even)
      }
      gateBand(tiles, z + at, y + at, out + at, steps, rowBytes, full, channels & 3)
    }
    const bytes = rowBytes * <usize>steps
    u += bytes
    delta += bytes
    z += bytes
    out += bytes
    y += bytes
    B += (<usize>(n * steps)) << 2
    C += (<usize>(n * steps)) << 2
  }
}

/** Writes out (b, l, e), y before the gate (b, l, e) and the state before every segment (scanCheckpointSize floats). */
export function scanForward(
  u: usize, delta: usize, A: usize, B: usize, C: usize, D: usize, z: usize, bias: usize,
  out: usize, y: usize, checkpoints: usize, scratch: usize,
  b: i32, l: i32, e: i32, n: i32,
): void {
  const saved = (<usize>scanCheckpointSize(1, l, e, n)) << 2
  const wide = (<usize>(l * e)) << 2
  const narrow = (<usize>(l * n)) << 2
  beginForward(A, scratch, e, n)
  for (let batch: usize = 0; batch < <usize>b; batch++) {
    const at = batch * wide
    const steps = batch * narrow
    resetForward(scratch, e, n)
    forwardRows(
      u + at, delta + at, B + steps, C + steps, D, z + at, bias, out + at, y + at, checkpoints + batch * saved, scratch,
      l, e, n)
  }
}

/** Decays and states of states s and s + 1 over a segment, from the state before it, into the work tiles. */
// @ts-expect-error: decorator
@inline
function recomputePair<Range>(A: usize, h: usize, q: usize, p: usize, end: usize, work: usize): void {
  const A0 = load(A)
  const A1 = v128.load(A, 16)
  let h0 = load(h)
  let h1 = v128.load(h, 16)
  v128.store(work, h0, H0 - 16)
  v128.store(work, h1, H1 - 16)
  for (; p < end; p += 32, q += 32, work += 32) {
    const d = load(p)
    const dtu = v128.load(p, DTU)
    const a0 = decay<Range>(d, A0)
    const a1 = decay<Range>(d, A1)
    h0 = madd(a0, h0, f32x4.mul(dtu, v128.load32_splat(q)))
    h1 = madd(a1, h1, f32x4.mul(dtu, v128.load32_splat(q, 4)))
    store(work, a0)
    v128.store(work, a1, DECAY1)
    v128.store(work, h0, H0)
    v128.store(work, h1, H1)
    const d2 = v128.load(p, 16)
    const dtu2 = v128.load(p, DTU + 16)
    const a2 = decay<Range>(d2, A0)
    const a3 = decay<Range>(d2, A1)
    h0 = madd(a2, h0, f32x4.mul(dtu2, v128.load32_splat(q, 16)))
    h1 = madd(a3, h1, f32x4.mul(dtu2, v128.load32_splat(q, 20)))
    v128.store(work, a2, 16)
    v128.store(work, a3, DECAY1 + 16)
    v128.store(work, h0, H0 + 16)
    v128.store(work, h1, H1 + 16)
  }
}

/** The reverse recurrence of states s and s + 1 over a segment; carry holds a[t+1] G[t+1] of the segment after it. */
// @ts-expect-error: decorator
@inline
function reversePair(
  A: usize, blocks: usize, first: usize, end: usize, work: usize, carry: usize, dA: usize,
): void {
  const A0 = load(A)
  const A1 = v128.load(A, 16)
  let carry0 = load(carry)
  let carry1 = v128.load(carry, 16)
  let dA0 = splat(0)
  let dA1 = splat(0)
  let p = end - 16
  let q = blocks + (p - first)
  let w = work + (p - first)
  let h0 = v128.load(w, H0)
  let h1 = v128.load(w, H1)
  for (; p >= first; p -= 16, q -= 16, w -= 16) {
    const g = v128.load(p, GRADIENT)
    v128.store(q, madd(g, h0, v128.load(q, DC0)), DC0)
    v128.store(q, madd(g, h1, v128.load(q, DC1)), DC1)
    const G0 = madd(g, v128.load32_splat(q, 8), carry0)
    const G1 = madd(g, v128.load32_splat(q, 12), carry1)
    const dtu = v128.load(p, DTU)
    v128.store(q, madd(G0, dtu, v128.load(q, DB0)), DB0)
    v128.store(q, madd(G1, dtu, v128.load(q, DB1)), DB1)
    const sumB = madd(G0, v128.load32_splat(q), v128.load(p, SUM_B))
    v128.store(p, madd(G1, v128.load32_splat(q, 4), sumB), SUM_B)
    carry0 = f32x4.mul(load(w), G0)
    carry1 = f32x4.mul(v128.load(w, DECAY1), G1)
    h0 = v128.load(w, H0 - 16)
    h1 = v128.load(w, H1 - 16)
    const k0 = f32x4.mul(carry0, h0)
    const k1 = f32x4.mul(carry1, h1)
    v128.store(p, madd(k1, A1, madd(k0, A0, v128.load(p, SUM_A))), SUM_A)
    const d = load(p)
    dA0 = madd(k0, d, dA0)
    dA1 = madd(k1, d, dA1)
  }
  store(carry, carry0)
  v128.store(carry, carry1, 16)
  store(dA, f32x4.add(load(dA), dA0))
  v128.store(dA, f32x4.add(v128.load(dA, 16), dA1), 16)
}

/** Recomputes and reverses all states of one group over a segment. */
function reverseGroup<Range>(
  A: usize, h: usize, blocks: usize, p: usize, end: usize, work: usize, carry: usize, dA: usize, n: i32,
): void {
  for (let s = 0; s < n; s += 2, A += 32, h += 32, blocks += BLOCK, carry += 32, dA += 32) {
    recomputePair<Range>(A, h, blocks, p, end, work)
    reversePair(A, blocks, p, end, work, carry, dA)
  }
}

/** Fills the tiles of one step of one group before the reverse pass and writes its dz. */
// @ts-expect-error: decorator
@inline
function prepare(
  dy: usize, u: usize, delta: usize, z: usize, bias: usize, y: usize, dz: usize, p: usize, most: usize, lanes: i32,
): void {
  const raw = f32x4.add(loadLanes(delta, lanes), loadLanes(bias, lanes))
  const w = exp(f32x4.neg(f32x4.abs(raw)))
  const step = f32x4.add(f32x4.pmax(raw, splat(0)), log1p01(w))
  const side = v128.bitselect(splat(1), w, f32x4.ge(raw, splat(0)))
  store(p, step)
  v128.store(p, f32x4.mul(step, loadLanes(u, lanes)), DTU)
  v128.store(p, f32x4.div(side, f32x4.add(splat(1), w)), SLOPE)
  v128.store(p, splat(0), SUM_B)
  v128.store(p, splat(0), SUM_A)
  store(most, f32x4.pmax(load(most), step))
  const zt = loadLanes(z, lanes)
  const dyt = loadLanes(dy, lanes)
  const s = sigmoid(zt)
  v128.store(p, f32x4.mul(dyt, f32x4.mul(zt, s)), GRADIENT)
  const slope = f32x4.mul(s, madd(zt, f32x4.sub(splat(1), s), splat(1)))
  storeLanes(dz, f32x4.mul(f32x4.mul(dyt, loadLanes(y, lanes)), slope), lanes)
}

/** prepare for a band: `full` groups of four channels and one of `lanes` more. */
function prepareBand(
  dy: usize, u: usize, delta: usize, z: usize, bias: usize, y: usize, dz: usize,
  tiles: usize, steps: i32, rowBytes: usize, full: usize, lanes: i32,
): void {
  for (let t = 0; t < steps; t++) {
    let base = tiles
    let at: usize = 0
    const step = (<usize>t) << 4
    for (; at < full; at += 16, base += GROUP)
      prepare(dy + at, u + at, delta + at, z + at, bias + at, y + at, dz + at, base + step, base + MOST, 4)
    if (lanes)
      prepare(dy + at, u + at, delta + at, z + at, bias + at, y + at, dz + at, base + step, base + MOST, lanes)
    dy += rowBytes
    u += rowBytes
    delta += rowBytes
    z += rowBytes
    y += rowBytes
    dz += rowBytes
  }
}

/** Writes du and ddelta of one step of one group and adds to dD and dbias, from the tiles after the reverse pass. */
// @ts-expect-error: decorator
@inline
function finish(p: usize, u: usize, D: usize, du: usize, ddelta: usize, dD: usize, dbias: usize, lanes: i32): void {
  const ut = loadLanes(u, lanes)
  const g = v128.load(p, GRADIENT)
  const sumB = v128.load(p, SUM_B)
  const step = madd(sumB, ut, f32x4.mul(v128.load(p, SUM_A), splat(LN2)))
  const raw = f32x4.mul(step, v128.load(p, SLOPE))
  storeLanes(du, madd(sumB, load(p), f32x4.mul(g, loadLanes(D, lanes))), lanes)
  storeLanes(ddelta, raw, lanes)
  storeLanes(dD, madd(g, ut, loadLanes(dD, lanes)), lanes)
  storeLanes(dbias, f32x4.add(raw, loadLanes(dbias, lanes)), lanes)
}

/** finish for a band. */
function finishBand(
  tiles: usize, u: usize, D: usize, du: usize, ddelta: usize, dD: usize, dbias: usize,
  steps: i32, rowBytes: usize, full: usize, lanes: i32,
): void {
  for (let t = 0; t < steps; t++, u += rowBytes, du += rowBytes, ddelta += rowBytes, tiles += 16) {
    let p = tiles
    let at: usize = 0
    for (; at < full; at += 16, p += GROUP)
      finish(p, u + at, D + at, du + at, ddelta + at, dD + at, dbias + at, 4)
    if (lanes) finish(p, u + at, D + at, du + at, ddelta + at, dD + at, dbias + at, lanes)
  }
}

/** Clears the tiles DB0 to DC1 of every block. */
function clearBlocks(blocks: usize, n: i32): void {
  for (let s = 0; s < n; s += 2, blocks += BLOCK) memory.fill(blocks + DB0, 0, 4 * TILE)
}

/** Sums DB0, DB1 and DC0, DC1 of every block over their lanes into dB and dC (steps, n). */
function unpackSteps(blocks: usize, dB: usize, dC: usize, steps: i32, n: i32): void {
  const stride = (<usize>n) << 2
  for (let s = 0; s < n; s += 2, dB += 8, dC += 8, blocks += BLOCK) {
    const single = s + 1 == n
    let b = dB
    let c = dC
    let q = blocks
    for (let t = 0; t < steps; t++, q += 16, b += stride, c += stride) {
      const sums = transposedSum(v128.load(q, DB0), v128.load(q, DC0), v128.load(q, DB1), v128.load(q, DC1))
      v128.store32_lane(b, sums, 0)
      v128.store32_lane(c, sums, 1)
      if (single) continue
      v128.store32_lane(b, sums, 2, 4)
      v128.store32_lane(c, sums, 3, 4)
    }
  }
}

/** dA from vectors [g][even n] to (e, n). */
function unpackA(packed: usize, dA: usize, e: i32, n: i32): void {
  const even = evenStates(n)
  for (let channel = 0; channel < e; channel++)
    for (let s = 0; s < n; s++) {
      const at = (((channel >> 2) * even + s) << 2) + (channel & 3)
      f32.store(dA + ((<usize>(channel * n + s)) << 2), f32.load(packed + ((<usize>at) << 2)))
    }
}

// Scratch of the backward pass: packed A and its least, carries, sums of dA, tiles of a band, work tiles, blocks.

/** Once per call, before any rows: clears what rows add to. */
export function beginBackward(A: usize, dD: usize, dbias: usize, scratch: usize, e: i32, n: i32): void {
  packA(A, scratch, e, n)
  memory.fill(statesAt(scratch, e, n) + stateBytesOf(e, n), 0, stateBytesOf(e, n))
  memory.fill(dD, 0, (<usize>e) << 2)
  memory.fill(dbias, 0, (<usize>e) << 2)
}

/** Before the last rows of a sequence: nothing flows back from after it. */
export function resetBackward(scratch: usize, e: i32, n: i32): void {
  memory.fill(statesAt(scratch, e, n), 0, stateBytesOf(e, n))
}

/** The `rows` steps before those of the call before; `rows` as in the forward pass, pointers at the first of them. */
export function backwardRows(
  dy: usize, u: usize, delta: usize, B: usize, C: usize, D: usize, z: usize, bias: usize, y: usize, checkpoints: usize,
  du: usize, ddelta: usize, dB: usize, dC: usize, dD: usize, dz: usize, dbias: usize, scratch: usize,
  rows: i32, e: i32, n: i32,
): void {
  const groups = groupsOf(e)
  const even = evenStates(n)
  const groupBytes = (<usize>even) << 4
  const stateBytes = stateBytesOf(e, n)
  const rowBytes = (<usize>e) << 2
  const least = scratch + stateBytes
  const carry = statesAt(scratch, e, n)
  const sumA = carry + stateBytes
  const tiles = sumA + stateBytes
  const work = tiles + BAND * GROUP
  const blocks = work + WORK
  for (let segment = (rows - 1) / SEGMENT; segment >= 0; segment--) {
    const first = segment * SEGMENT
    const steps = min(SEGMENT, rows - first)
    const span = (<usize>((steps + 1) & ~1)) << 4
    const states = checkpoints + <usize>segment * stateBytes
    const stateRow = (<usize>(first * n)) << 2
    packSteps(B + stateRow, C + stateRow, blocks, steps, n)
    clearBlocks(blocks, n)
    for (let band = 0; band < groups; band += BAND) {
      const count = min(BAND, groups - band)
      const column = (<usize>band) << 4
      const at = <usize>first * rowBytes + column
      const channels = min(4 * count, e - 4 * band)
      const full = (<usize>(channels >> 2)) << 4
      const rest = channels & 3
      clearBand(tiles, count, steps)
      prepareBand(
        dy + at, u + at, delta + at, z + at, bias + column, y + at, dz + at, tiles, steps, rowBytes, full, rest)
      for (let g = 0; g < count; g++) {
        const row = <usize>(band + g) * groupBytes
        const p = tiles + <usize>g * GROUP
        if (reachesFar(p, least + column + ((<usize>g) << 4)))
          reverseGroup<Far>(scratch + row, states + row, blocks, p, p + span, work, carry + row, sumA + row, even)
        else reverseGroup<Near>(scratch + row, states + row, blocks, p, p + span, work, carry + row, sumA + row, even)
      }
      finishBand(
        tiles, u + at, D + column, du + at, ddelta + at, dD + column, dbias + column, steps, rowBytes, full, rest)
    }
    unpackSteps(blocks, dB + stateRow, dC + stateRow, steps, n)
  }
}

/** Once per call, after all rows: writes dA (e, n). */
export function endBackward(dA: usize, scratch: usize, e: i32, n: i32): void {
  unpackA(statesAt(scratch, e, n) + stateBytesOf(e, n), dA, e, n)
}

/** Gradients of every input of scanForward, given dy = dL/dout and what it saved. */
export function scanBackward(
  dy: usize, u: usize, delta: usize, A: usize, B: usize, C: usize, D: usize, z: usize, bias: usize,
  y: usize, checkpoints: usize,
  du: usize, ddelta: usize, dA: usize, dB: usize, dC: usize, dD: usize, dz: usize, dbias: usize, scratch: usize,
  b: i32, l: i32, e: i32, n: i32,
): void {
  const saved = (<usize>scanCheckpointSize(1, l, e, n)) << 2
  const wide = (<usize>(l * e)) << 2
  const narrow = (<usize>(l * n)) << 2
  beginBackward(A, dD, dbias, scratch, e, n)
  for (let batch: usize = 0; batch < <usize>b; batch++) {
    const at = batch * wide
    const steps = batch * narrow
    resetBackward(scratch, e, n)
    backwardRows(
      dy + at, u + at, delta + at, B + steps, C + steps, D, z + at, bias, y + at, checkpoints + batch * saved,
      du + at, ddelta + at, dB + steps, dC + steps, dD, dz + at, dbias, scratch, l, e, n)
  }
  endBackward(dA, scratch, e, n)
}
