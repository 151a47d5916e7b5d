// What surrounds the recurrence of the scan, step by step of a band of channels (tiles.as.ts): softplus before it, the gate
// after it, and their slopes for the backward pass.
import { exp, load, loadLanes, log1p01, madd, one, sigmoid, siluSlope, splat, store, storeLanes } from '../wasm/simd.as'
import { PAIR } from './decay.as'
import { DTU, GROUP, MOST, Y } from './tiles.as'

// dt = softplus(delta + bias) = max(raw, 0) + log(1 + w), w = exp(-|raw|), in two passes over the tiles: a processor sees
// only so many instructions ahead, so that two short chains of dependent ones are faster than one long chain.

/** raw and w of one step of up to four channels, into the tiles DTU and dt. */
// @ts-expect-error: decorator
@inline
function exponential(delta: usize, bias: usize, p: usize, lanes: i32): void {
  const raw = f32x4.add(loadLanes(delta, lanes), loadLanes(bias, lanes))
  v128.store(p, raw, DTU)
  store(p, exp(f32x4.neg(f32x4.abs(raw))))
}

/** exponential for all eight channels of a group. */
// @ts-expect-error: decorator
@inline
function exponentialPair(delta: usize, bias: usize, p: usize): void {
  const raw0 = f32x4.add(load(delta), load(bias))
  const raw1 = f32x4.add(v128.load(delta, 16), v128.load(bias, 16))
  const w0 = exp(f32x4.neg(f32x4.abs(raw0)))
  const w1 = exp(f32x4.neg(f32x4.abs(raw1)))
  v128.store(p, raw1, DTU + 16)
  v128.store(p, raw0, DTU)
  v128.store(p, w1, 16)
  store(p, w0)
}

/** max(raw, 0) + log(1 + w) */
// @ts-expect-error: decorator
@inline
function stepOf(raw: v128, w: v128): v128 {
  return f32x4.add(f32x4.pmax(raw, splat(0)), log1p01(w))
}

/** sigmoid(raw) from w. */
// @ts-expect-error: decorator
@inline
function slopeOf(raw: v128, w: v128): v128 {
  const side = v128.bitselect(one(), w, f32x4.ge(raw, splat(0)))
  return f32x4.div(side, f32x4.add(one(), w))
}

/**
 * The tiles dt, DTU and Y (with the skip D u) of one step of up to four channels, at `p`; `most` is their step of MOST. Keeps dt
 * and its slope, sigmoid(delta + bias), for the backward pass.
 */
// @ts-expect-error: decorator
@inline
function discretise(u: usize, D: usize, dt: usize, slope: usize, p: usize, most: usize, lanes: i32): void {
  const raw = v128.load(p, DTU)
  const w = load(p)
  const ut = loadLanes(u, lanes)
  const step = stepOf(raw, w)
  storeLanes(dt, step, lanes)
  storeLanes(slope, slopeOf(raw, w), lanes)
  store(p, step)
  v128.store(p, f32x4.mul(step, ut), DTU)
  v128.store(p, f32x4.mul(loadLanes(D, lanes), ut), Y)
  v128.store(most, f32x4.pmax(load(most), step), PAIR)
}

/** discretise for all eight channels of a group. */
// @ts-expect-error: decorator
@inline
function discretisePair(u: usize, D: usize, dt: usize, slope: usize, p: usize, most: usize): void {
  const raw0 = v128.load(p, DTU)
  const raw1 = v128.load(p, DTU + 16)
  const w0 = load(p)
  const w1 = v128.load(p, 16)
  const u0 = load(u)
  const u1 = v128.load(u, 16)
  const step0 = stepOf(raw0, w0)
  const step1 = stepOf(raw1, w1)
  const slope0 = slopeOf(raw0, w0)
  const slope1 = slopeOf(raw1, w1)
  const dtu0 = f32x4.mul(step0, u0)
  const dtu1 = f32x4.mul(step1, u1)
  const skip0 = f32x4.mul(load(D), u0)
  const skip1 = f32x4.mul(v128.load(D, 16), u1)
  const most0 = f32x4.pmax(load(most), step0)
  const most1 = f32x4.pmax(v128.load(most, 16), step1)
  v128.store(dt, step1, 16)
  store(dt, step0)
  v128.store(slope, slope1, 16)
  store(slope, slope0)
  v128.store(p, step1, 16)
  store(p, step0)
  v128.store(p, dtu1, DTU + 16)
  v128.store(p, dtu0, DTU)
  v128.store(p, skip1, Y + 16)
  v128.store(p, skip0, Y)
  v128.store(most, most1, PAIR + 16)
  v128.store(most, most0, PAIR)
}

/**
 * Both passes for a band: `full` bytes of whole groups of eight channels, and `rest` channels of one more. dt may lie over
 * delta.
 */
export function discretiseBand(
  u: usize, delta: usize, bias: usize, D: usize, dt: usize, slope: usize, tiles: usize, steps: i32, rowBytes: usize,
  full: usize, rest: i32,
): void {
  for (let t = 0; t < steps; t++, delta += rowBytes) {
    let p = tiles + <usize>t * PAIR
    let at: usize = 0
    for (; at < full; at += PAIR, p += GROUP) exponentialPair(delta + at, bias + at, p)
    for (let left = rest; left > 0; left -= 4, at += 16, p += 16)
      exponential(delta + at, bias + at, p, min(4, left))
  }
  for (let t = 0; t < steps; t++) {
    let base = tiles
    let at: usize = 0
    const p = <usize>t * PAIR
    for (; at < full; at += PAIR, base += GROUP)
      discretisePair(u + at, D + at, dt + at, slope + at, base + p, base + p + MOST)
    for (let left = rest; left > 0; left -= 4, at += 16, base += 16)
      discretise(u + at, D + at, dt + at, slope + at, base + p, base + p + MOST, min(4, left))
    u += rowBytes
    dt += rowBytes
    slope += rowBytes
  }
}

/** Writes y silu(z) of one step of up to four channels, and for the backward pass silu(z), maybe over z, and y silu'(z). */
// @ts-expect-error: decorator
@inline
function gate(p: usize, z: usize, open: usize, ySlope: usize, out: usize, lanes: i32): void {
  const zt = loadLanes(z, lanes)
  const yt = v128.load(p, Y)
  const s = sigmoid(zt)
  const silu = f32x4.mul(zt, s)
  storeLanes(open, silu, lanes)
  storeLanes(ySlope, f32x4.mul(yt, siluSlope(zt, s)), lanes)
  storeLanes(out, f32x4.mul(yt, silu), lanes)
}

/** gate for all eight channels of a group. */
// @ts-expect-error: decorator
@inline
function gatePair(p: usize, z: usize, open: usize, ySlope: usize, out: usize): void {
  const z0 = load(z)
  const z1 = v128.load(z, 16)
  const y0 = v128.load(p, Y)
  const y1 = v128.load(p, Y + 16)
  const s0 = sigmoid(z0)
  const s1 = sigmoid(z1)
  const silu0 = f32x4.mul(z0, s0)
  const silu1 = f32x4.mul(z1, s1)
  const slope0 = f32x4.mul(y0, siluSlope(z0, s0))
  const slope1 = f32x4.mul(y1, siluSlope(z1, s1))
  const out0 = f32x4.mul(y0, silu0)
  const out1 = f32x4.mul(y1, silu1)
  v128.store(open, silu1, 16)
  store(open, silu0)
  v128.store(ySlope, slope1, 16)
  store(ySlope, slope0)
  v128.store(out, out1, 16)
  store(out, out0)
}

/** gate for a band. */
export function gateBand(
  tiles: usize, z: usize, open: usize, ySlope: usize, out: usize, steps: i32, rowBytes: usize, full: usize, rest: i32,
): void {
  for (let t = 0; t < steps; t++, tiles += PAIR) {
    let p = tiles
    let at: usize = 0
    for (; at < full; at += PAIR, p += GROUP) gatePair(p, z + at, open + at, ySlope + at, out + at)
    for (let left = rest; left > 0; left -= 4, at += 16, p += 16)
      gate(p, z + at, open + at, ySlope + at, out + at, min(4, left))
    z += rowBytes
    open += rowBytes
    ySlope += rowBytes
    out += rowBytes
  }
}
