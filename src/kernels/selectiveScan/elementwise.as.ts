// What surrounds the recurrence of the scan, step by step of a band of channels (tiles.as.ts): softplus before it, the gate
// after it, and their slopes for the backward pass.
import { exp, load, loadLanes, log1p01, madd, sigmoid, splat, store, storeLanes } from '../wasm/simd.as'
import { DTU, GROUP, MOST, Y } from './tiles.as'

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
export function discretiseBand(
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
export function gateBand(
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
