// What surrounds the reverse recurrence of the scan (reverse.as.ts), step by step of a band of channels (tiles.as.ts): the tiles
// it reads before it, and the gradients of each step's inputs after it.
import { load, loadLanes, madd, splat, store, storeLanes } from '../wasm/simd.as'
import { PAIR } from './decay.as'
import { DTU, GRADIENT, GROUP, MOST, SUM_A, SUM_B } from './tiles.as'

const LN2: f32 = 0.6931471805599453

/** Fills the tiles of one step of a group, or of up to four of its channels, before the reverse pass and writes its dz. */
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
  v128.store(most, f32x4.pmax(load(most), step), PAIR)
  storeLanes(dz, f32x4.mul(dyt, loadLanes(ySlope, lanes)), lanes)
}

/** prepare for all eight channels of a group. */
// @ts-expect-error: decorator
@inline
function preparePair(
  dy: usize, u: usize, dt: usize, open: usize, ySlope: usize, dz: usize, p: usize, most: usize,
): void {
  const step0 = load(dt)
  const step1 = v128.load(dt, 16)
  const dy0 = load(dy)
  const dy1 = v128.load(dy, 16)
  const dtu0 = f32x4.mul(step0, load(u))
  const dtu1 = f32x4.mul(step1, v128.load(u, 16))
  const g0 = f32x4.mul(dy0, load(open))
  const g1 = f32x4.mul(dy1, v128.load(open, 16))
  const most0 = f32x4.pmax(load(most), step0)
  const most1 = f32x4.pmax(v128.load(most, 16), step1)
  const dz0 = f32x4.mul(dy0, load(ySlope))
  const dz1 = f32x4.mul(dy1, v128.load(ySlope, 16))
  v128.store(p, step1, 16)
  store(p, step0)
  v128.store(p, dtu1, DTU + 16)
  v128.store(p, dtu0, DTU)
  v128.store(p, g1, GRADIENT + 16)
  v128.store(p, g0, GRADIENT)
  v128.store(p, splat(0), SUM_B + 16)
  v128.store(p, splat(0), SUM_B)
  v128.store(p, splat(0), SUM_A + 16)
  v128.store(p, splat(0), SUM_A)
  v128.store(most, most1, PAIR + 16)
  v128.store(most, most0, PAIR)
  v128.store(dz, dz1, 16)
  store(dz, dz0)
}

/** prepare for a band: `full` bytes of whole groups and `rest` channels of one more. */
export function prepareBand(
  dy: usize, u: usize, dt: usize, open: usize, ySlope: usize, dz: usize,
  tiles: usize, steps: i32, rowBytes: usize, full: usize, rest: i32,
): void {
  for (let t = 0; t < steps; t++) {
    let base = tiles
    let at: usize = 0
    const p = <usize>t * PAIR
    for (; at < full; at += PAIR, base += GROUP)
      preparePair(dy + at, u + at, dt + at, open + at, ySlope + at, dz + at, base + p, base + p + MOST)
    for (let left = rest; left > 0; left -= 4, at += 16, base += 16)
      prepare(dy + at, u + at, dt + at, open + at, ySlope + at, dz + at, base + p, base + p + MOST, min(4, left))
    dy += rowBytes
    u += rowBytes
    dt += rowBytes
    open += rowBytes
    ySlope += rowBytes
    dz += rowBytes
  }
}

/** Writes du and ddelta of one step of up to four channels and adds to dD and dbias, from the tiles after the reverse pass. */
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

/** finish for all eight channels of a group. */
// @ts-expect-error: decorator
@inline
function finishPair(
  p: usize, u: usize, slope: usize, D: usize, du: usize, ddelta: usize, dD: usize, dbias: usize, ln2: v128,
): void {
  const u0 = load(u)
  const u1 = v128.load(u, 16)
  const g0 = v128.load(p, GRADIENT)
  const g1 = v128.load(p, GRADIENT + 16)
  const sumB0 = v128.load(p, SUM_B)
  const sumB1 = v128.load(p, SUM_B + 16)
  const raw0 = f32x4.mul(madd(sumB0, u0, f32x4.mul(v128.load(p, SUM_A), ln2)), load(slope))
  const raw1 = f32x4.mul(madd(sumB1, u1, f32x4.mul(v128.load(p, SUM_A + 16), ln2)), v128.load(slope, 16))
  const du0 = madd(sumB0, load(p), f32x4.mul(g0, load(D)))
  const du1 = madd(sumB1, v128.load(p, 16), f32x4.mul(g1, v128.load(D, 16)))
  const dD0 = madd(g0, u0, load(dD))
  const dD1 = madd(g1, u1, v128.load(dD, 16))
  const dbias0 = f32x4.add(raw0, load(dbias))
  const dbias1 = f32x4.add(raw1, v128.load(dbias, 16))
  v128.store(du, du1, 16)
  store(du, du0)
  v128.store(ddelta, raw1, 16)
  store(ddelta, raw0)
  v128.store(dD, dD1, 16)
  store(dD, dD0)
  v128.store(dbias, dbias1, 16)
  store(dbias, dbias0)
}

/** finish for a band. */
export function finishBand(
  tiles: usize, u: usize, slope: usize, D: usize, du: usize, ddelta: usize, dD: usize, dbias: usize,
  steps: i32, rowBytes: usize, full: usize, rest: i32,
): void {
  const ln2 = splat(LN2)
  for (let t = 0; t < steps; t++, tiles += PAIR) {
    let p = tiles
    let at: usize = 0
    for (; at < full; at += PAIR, p += GROUP)
      finishPair(p, u + at, slope + at, D + at, du + at, ddelta + at, dD + at, dbias + at, ln2)
    for (let left = rest; left > 0; left -= 4, at += 16, p += 16)
      finish(p, u + at, slope + at, D + at, du + at, ddelta + at, dD + at, dbias + at, min(4, left))
    u += rowBytes
    slope += rowBytes
    du += rowBytes
    ddelta += rowBytes
  }
}
