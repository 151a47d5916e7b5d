// Selective scan (header: selectiveScan.ts) on SIMD lanes of four channels, so that B[t,n] and C[t,n] are broadcast and
// y needs no sum across lanes. Channels beyond e are lanes of zeros.
// Time is cut into segments whose tiles stay in the L1 cache. Within a segment two states at a time run over all steps
// with h, A and their gradients in registers. The state before every segment is saved; the backward pass recomputes a
// segment's decays and states from it and runs them in reverse.
// Dimensions: b batch, l time, e channels, n states, g = ceil(e / 4) groups of channels, t step in the segment.
import {
  exp, exp2, exp2Product, load, loadLanes, log1p01, madd, sigmoid, softplus, splat, store, storeLanes,
  transposedSum,
} from '../wasm/simd.as'

/** Steps between checkpoints; a segment's tiles take 16 KB at n = 16. */
const SEGMENT: i32 = 16
/** Bytes of one vector per step of a segment. */
const TILE: usize = (<usize>SEGMENT) << 4

/** Steps between the states that the forward pass saves. */
export function scanSegment(): i32 {
  return SEGMENT
}

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
  return (groupsOf(e) * (3 * states + 3) + states * (2 * SEGMENT + SEGMENT / 2) + 12 * SEGMENT + 8) * 16
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

/** Whether dt A may leave the range of exp2; as types, so that each has loops of its own without a test inside. */
class Near {}
class Far {}

/** exp(dt A) where `A` holds A log2(e); `Far` clamps exponents below the range of exp2. */
// @ts-expect-error: decorator
@inline
function decay<Range>(dt: v128, A: v128): v128 {
  return idof<Range>() == idof<Far>() ? exp2(f32x4.pmax(f32x4.mul(dt, A), splat(-126))) : exp2Product(dt, A)
}

/** Runs states s and s + 1 of one group over `steps` steps, adds C h to the tile y. */
// @ts-expect-error: decorator
@inline
function runPair<Range>(
  A: usize, h: usize, B: usize, C: usize, dt: usize, y: usize, steps: i32, stride: usize,
): void {
  const A0 = load(A)
  const A1 = load(A + 16)
  let h0 = load(h)
  let h1 = load(h + 16)
  for (const end = dt + ((<usize>steps) << 4); dt < end; dt += 16, y += 16, B += stride, C += stride) {
    const d = load(dt)
    const dtu = load(dt + TILE)
    h0 = madd(decay<Range>(d, A0), h0, f32x4.mul(dtu, v128.load32_splat(B)))
    h1 = madd(decay<Range>(d, A1), h1, f32x4.mul(dtu, v128.load32_splat(B, 4)))
    store(y, madd(h1, v128.load32_splat(C, 4), madd(h0, v128.load32_splat(C), load(y))))
  }
  store(h, h0)
  store(h + 16, h1)
}

/** All states of one group over a segment. */
function runGroup<Range>(A: usize, h: usize, B: usize, C: usize, dt: usize, y: usize, steps: i32, n: i32): void {
  const stride = (<usize>n) << 2
  for (let s = 0; s < n; s += 2, A += 32, h += 32, B += 8, C += 8) runPair<Range>(A, h, B, C, dt, y, steps, stride)
}

/** B or C of a segment, its n states padded with zeros to `even`: in place, or in a copy at `copy`. */
function padStates(x: usize, copy: usize, steps: i32, n: i32, even: i32): usize {
  if (n == even) return x
  for (let t = 0; t < steps; t++) {
    const row = copy + ((<usize>(t * even)) << 2)
    memory.copy(row, x + ((<usize>(t * n)) << 2), (<usize>n) << 2)
    f32.store(row + ((<usize>n) << 2), 0)
  }
  return copy
}

/** softplus(delta + bias) and its product with u for one group into the tiles dt and dtu; returns the largest dt. */
// @ts-expect-error: decorator
@inline
function discretise(
  u: usize, delta: usize, bias: usize, D: usize, dt: usize, y: usize, steps: i32, rowBytes: usize, lanes: i32,
): v128 {
  const offset = loadLanes(bias, lanes)
  const skip = loadLanes(D, lanes)
  let most = splat(0)
  for (const end = dt + ((<usize>steps) << 4); dt < end; dt += 16, y += 16, u += rowBytes, delta += rowBytes) {
    const ut = loadLanes(u, lanes)
    const step = softplus(f32x4.add(loadLanes(delta, lanes), offset))
    store(dt, step)
    store(dt + TILE, f32x4.mul(step, ut))
    store(y, f32x4.mul(skip, ut))
    most = f32x4.pmax(most, step)
  }
  return most
}

/** Writes y and y silu(z) of one group. */
// @ts-expect-error: decorator
@inline
function gate(tile: usize, z: usize, y: usize, out: usize, steps: i32, rowBytes: usize, lanes: i32): void {
  for (const end = tile + ((<usize>steps) << 4); tile < end; tile += 16, z += rowBytes, y += rowBytes, out += rowBytes) {
    const zt = loadLanes(z, lanes)
    const yt = load(tile)
    storeLanes(y, yt, lanes)
    storeLanes(out, f32x4.mul(yt, f32x4.mul(zt, sigmoid(zt))), lanes)
  }
}

// @ts-expect-error: decorator
@inline
function mayLeaveRange(most: v128, least: usize): bool {
  return v128.any_true(f32x4.lt(f32x4.mul(most, load(least)), splat(-126)))
}

/** Writes out (b, l, e), y before the gate (b, l, e) and the state before every segment (scanCheckpointSize floats). */
export function scanForward(
  u: usize, delta: usize, A: usize, B: usize, C: usize, D: usize, z: usize, bias: usize,
  out: usize, y: usize, checkpoints: usize, scratch: usize,
  b: i32, l: i32, e: i32, n: i32,
): void {
  const groups = groupsOf(e)
  const even = evenStates(n)
  const groupBytes = (<usize>even) << 4
  const stateBytes = (<usize>groups) * groupBytes
  const rowBytes = (<usize>e) << 2
  const least = scratch + stateBytes
  const states = least + ((<usize>groups) << 4)
  const dt = states + stateBytes
  const tile = dt + 2 * TILE
  const copies = tile + TILE
  packA(A, scratch, e, n)
  for (let batch = 0; batch < b; batch++) {
    memory.fill(states, 0, stateBytes)
    for (let start = 0; start < l; start += SEGMENT) {
      const steps = min(SEGMENT, l - start)
      const Bs = padStates(B, copies, steps, n, even)
      const Cs = padStates(C, copies + (<usize>even) * (TILE >> 2), steps, n, even)
      memory.copy(checkpoints, states, stateBytes)
      checkpoints += stateBytes
      for (let g = 0; g < groups; g++) {
        const at = (<usize>g) << 4
        const row = (<usize>g) * groupBytes
        const lanes = min(4, e - g * 4)
        const most = lanes == 4
          ? discretise(u + at, delta + at, bias + at, D + at, dt, tile, steps, rowBytes, 4)
          : discretise(u + at, delta + at, bias + at, D + at, dt, tile, steps, rowBytes, lanes)
        if (mayLeaveRange(most, least + at)) runGroup<Far>(scratch + row, states + row, Bs, Cs, dt, tile, steps, even)
        else runGroup<Near>(scratch + row, states + row, Bs, Cs, dt, tile, steps, even)
        if (lanes == 4) gate(tile, z + at, y + at, out + at, steps, rowBytes, 4)
        else gate(tile, z + at, y + at, out + at, steps, rowBytes, lanes)
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
}

/** Decays and states of states s and s + 1 over a segment, from the state before it: tiles a0 a1 and h0 h1. */
// @ts-expect-error: decorator
@inline
function recomputePair<Range>(A: usize, h: usize, B: usize, dt: usize, tile: usize, steps: i32, stride: usize): void {
  const A0 = load(A)
  const A1 = load(A + 16)
  let h0 = load(h)
  let h1 = load(h + 16)
  store(tile + H_TILE - 16, h0)
  store(tile + H_TILE - 16 + PAIR, h1)
  for (const end = dt + ((<usize>steps) << 4); dt < end; dt += 16, tile += 16, B += stride) {
    const d = load(dt)
    const dtu = load(dt + TILE)
    const a0 = decay<Range>(d, A0)
    const a1 = decay<Range>(d, A1)
    h0 = madd(a0, h0, f32x4.mul(dtu, v128.load32_splat(B)))
    h1 = madd(a1, h1, f32x4.mul(dtu, v128.load32_splat(B, 4)))
    store(tile, a0)
    store(tile + PAIR, a1)
    store(tile + H_TILE, h0)
    store(tile + H_TILE + PAIR, h1)
  }
}

// Tiles of one group and segment in the backward pass, TILE bytes each, from `dt` on.
const DTU: usize = TILE
const G: usize = 2 * TILE
/** sigmoid(delta + bias), the derivative of softplus. */
const SLOPE: usize = 3 * TILE
/** sum_n G B and sum_n G a h[t-1] A log2(e). */
const SUM_B: usize = 4 * TILE
const SUM_A: usize = 5 * TILE
// Tiles of a pair of states, from `tile` on: a0, a1, then h0, h1, each h with the state before the segment in front.
const PAIR: usize = TILE + 16
const H_TILE: usize = 2 * PAIR + 16
const LN2: f32 = 0.6931471805599453

/** The reverse recurrence of states s and s + 1 over a segment; dB and dC are tiles [s][t], carry and dA vectors. */
// @ts-expect-error: decorator
@inline
function reversePair(
  A: usize, B: usize, C: usize, dt: usize, tile: usize, carry: usize, dA: usize, dB: usize, dC: usize,
  steps: i32, stride: usize,
): void {
  const A0 = load(A)
  const A1 = load(A + 16)
  let carry0 = load(carry)
  let carry1 = load(carry + 16)
  let dA0 = splat(0)
  let dA1 = splat(0)
  const last = <usize>(steps - 1)
  const first = dt
  dt += last << 4
  tile += last << 4
  dB += last << 4
  dC += last << 4
  B += last * stride
  C += last * stride
  let h0 = load(tile + H_TILE)
  let h1 = load(tile + H_TILE + PAIR)
  for (; dt >= first; dt -= 16, tile -= 16, dB -= 16, dC -= 16, B -= stride, C -= stride) {
    const g = load(dt + G)
    const d = load(dt)
    const dtu = load(dt + DTU)
    store(dC, madd(g, h0, load(dC)))
    store(dC + TILE, madd(g, h1, load(dC + TILE)))
    const G0 = madd(g, v128.load32_splat(C), carry0)
    const G1 = madd(g, v128.load32_splat(C, 4), carry1)
    store(dB, madd(G0, dtu, load(dB)))
    store(dB + TILE, madd(G1, dtu, load(dB + TILE)))
    const b = madd(G0, v128.load32_splat(B), load(dt + SUM_B))
    store(dt + SUM_B, madd(G1, v128.load32_splat(B, 4), b))
    carry0 = f32x4.mul(load(tile), G0)
    carry1 = f32x4.mul(load(tile + PAIR), G1)
    h0 = load(tile + H_TILE - 16)
    h1 = load(tile + H_TILE - 16 + PAIR)
    const k0 = f32x4.mul(carry0, h0)
    const k1 = f32x4.mul(carry1, h1)
    store(dt + SUM_A, madd(k1, A1, madd(k0, A0, load(dt + SUM_A))))
    dA0 = madd(k0, d, dA0)
    dA1 = madd(k1, d, dA1)
  }
  store(carry, carry0)
  store(carry + 16, carry1)
  store(dA, f32x4.add(load(dA), dA0))
  store(dA + 16, f32x4.add(load(dA + 16), dA1))
}

/** Recomputes and reverses all states of one group over a segment. */
function reverseGroup<Range>(
  A: usize, h: usize, B: usize, C: usize, dt: usize, tile: usize, carry: usize, dA: usize, dB: usize, dC: usize,
  steps: i32, n: i32,
): void {
  const stride = (<usize>n) << 2
  for (let s = 0; s < n; s += 2) {
    recomputePair<Range>(A, h, B, dt, tile, steps, stride)
    reversePair(A, B, C, dt, tile, carry, dA, dB, dC, steps, stride)
    A += 32
    h += 32
    B += 8
    C += 8
    carry += 32
    dA += 32
    dB += 2 * TILE
    dC += 2 * TILE
  }
}

/** Fills the tiles of one group before the reverse pass and writes dz; returns the largest dt. */
// @ts-expect-error: decorator
@inline
function prepareReverse(
  dy: usize, u: usize, delta: usize, z: usize, bias: usize, y: usize, dz: usize,
  dt: usize, steps: i32, rowBytes: usize, lanes: i32,
): v128 {
  const offset = loadLanes(bias, lanes)
  let most = splat(0)
  for (const end = dt + ((<usize>steps) << 4); dt < end; dt += 16) {
    const raw = f32x4.add(loadLanes(delta, lanes), offset)
    const w = exp(f32x4.neg(f32x4.abs(raw)))
    const step = f32x4.add(f32x4.pmax(raw, splat(0)), log1p01(w))
    const side = v128.bitselect(splat(1), w, f32x4.ge(raw, splat(0)))
    store(dt, step)
    store(dt + SLOPE, f32x4.div(side, f32x4.add(splat(1), w)))
    store(dt + DTU, f32x4.mul(step, loadLanes(u, lanes)))
    store(dt + SUM_B, splat(0))
    store(dt + SUM_A, splat(0))
    most = f32x4.pmax(most, step)
    const zt = loadLanes(z, lanes)
    const dyt = loadLanes(dy, lanes)
    const s = sigmoid(zt)
    store(dt + G, f32x4.mul(dyt, f32x4.mul(zt, s)))
    const slope = f32x4.mul(s, madd(zt, f32x4.sub(splat(1), s), splat(1)))
    storeLanes(dz, f32x4.mul(f32x4.mul(dyt, loadLanes(y, lanes)), slope), lanes)
    dy += rowBytes
    u += rowBytes
    delta += rowBytes
    z += rowBytes
    y += rowBytes
    dz += rowBytes
  }
  return most
}

/** Writes du and ddelta of one group and adds to dD and dbias, from the tiles after the reverse pass. */
// @ts-expect-error: decorator
@inline
function finishReverse(
  dt: usize, u: usize, D: usize, du: usize, ddelta: usize, dD: usize, dbias: usize,
  steps: i32, rowBytes: usize, lanes: i32,
): void {
  const skip = loadLanes(D, lanes)
  let sumD = splat(0)
  let sumBias = splat(0)
  for (const end = dt + ((<usize>steps) << 4); dt < end; dt += 16, u += rowBytes, du += rowBytes, ddelta += rowBytes) {
    const ut = loadLanes(u, lanes)
    const g = load(dt + G)
    const sumB = load(dt + SUM_B)
    const raw = f32x4.mul(madd(sumB, ut, f32x4.mul(load(dt + SUM_A), splat(LN2))), load(dt + SLOPE))
    storeLanes(du, madd(sumB, load(dt), f32x4.mul(g, skip)), lanes)
    storeLanes(ddelta, raw, lanes)
    sumD = madd(g, ut, sumD)
    sumBias = f32x4.add(raw, sumBias)
  }
  storeLanes(dD, f32x4.add(loadLanes(dD, lanes), sumD), lanes)
  storeLanes(dbias, f32x4.add(loadLanes(dbias, lanes), sumBias), lanes)
}

/** Sums the tile [s][t] over its lanes into rows (steps, n). */
function sumLanes(tile: usize, out: usize, steps: i32, n: i32): void {
  for (let t = 0; t < steps; t++) {
    let at = tile + ((<usize>t) << 4)
    for (let s = 0; s < n; s += 4) {
      const left = min(4, n - s)
      const a = load(at)
      const b = left > 1 ? load(at + TILE) : splat(0)
      const c = left > 2 ? load(at + 2 * TILE) : splat(0)
      const d = left > 3 ? load(at + 3 * TILE) : splat(0)
      storeLanes(out, transposedSum(a, b, c, d), left)
      at += 4 * TILE
      out += (<usize>left) << 2
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

/** Gradients of every input of scanForward, given dy = dL/dout and what it saved. */
export function scanBackward(
  dy: usize, u: usize, delta: usize, A: usize, B: usize, C: usize, D: usize, z: usize, bias: usize,
  y: usize, checkpoints: usize,
  du: usize, ddelta: usize, dA: usize, dB: usize, dC: usize, dD: usize, dz: usize, dbias: usize, scratch: usize,
  b: i32, l: i32, e: i32, n: i32,
): void {
  const groups = groupsOf(e)
  const even = evenStates(n)
  const groupBytes = (<usize>even) << 4
  const stateBytes = (<usize>groups) * groupBytes
  const rowBytes = (<usize>e) << 2
  const least = scratch + stateBytes
  const carry = least + ((<usize>groups) << 4)
  const sumA = carry + stateBytes
  const dt = sumA + stateBytes
  const tile = dt + 6 * TILE
  const tileB = tile + 2 * H_TILE
  const tileC = tileB + (<usize>even) * TILE
  const copies = tileC + (<usize>even) * TILE
  const segments = (l + SEGMENT - 1) / SEGMENT
  packA(A, scratch, e, n)
  memory.fill(sumA, 0, stateBytes)
  memory.fill(dD, 0, rowBytes)
  memory.fill(dbias, 0, rowBytes)
  for (let batch = 0; batch < b; batch++) {
    memory.fill(carry, 0, stateBytes)
    for (let segment = segments - 1; segment >= 0; segment--) {
      const first = batch * l + segment * SEGMENT
      const steps = min(SEGMENT, l - segment * SEGMENT)
      const states = checkpoints + (<usize>(batch * segments + segment)) * stateBytes
      const stateRow = (<usize>(first * n)) << 2
      const Bs = padStates(B + stateRow, copies, steps, n, even)
      const Cs = padStates(C + stateRow, copies + (<usize>even) * (TILE >> 2), steps, n, even)
      memory.fill(tileB, 0, 2 * (<usize>even) * TILE)
      for (let g = 0; g < groups; g++) {
        const vector = (<usize>g) << 4
        const at = <usize>first * rowBytes + vector
        const row = (<usize>g) * groupBytes
        const lanes = min(4, e - g * 4)
        const most = lanes == 4
          ? prepareReverse(dy + at, u + at, delta + at, z + at, bias + vector, y + at, dz + at, dt, steps, rowBytes, 4)
          : prepareReverse(dy + at, u + at, delta + at, z + at, bias + vector, y + at, dz + at, dt, steps, rowBytes, lanes)
        if (mayLeaveRange(most, least + vector))
          reverseGroup<Far>(
            scratch + row, states + row, Bs, Cs, dt, tile, carry + row, sumA + row, tileB, tileC, steps, even)
        else
          reverseGroup<Near>(
            scratch + row, states + row, Bs, Cs, dt, tile, carry + row, sumA + row, tileB, tileC, steps, even)
        if (lanes == 4)
          finishReverse(dt, u + at, D + vector, du + at, ddelta + at, dD + vector, dbias + vector, steps, rowBytes, 4)
        else
          finishReverse(dt, u + at, D + vector, du + at, ddelta + at, dD + vector, dbias + vector, steps, rowBytes, lanes)
      }
      sumLanes(tileB, dB + stateRow, steps, n)
      sumLanes(tileC, dC + stateRow, steps, n)
    }
  }
  unpackA(sumA, dA, e, n)
}
