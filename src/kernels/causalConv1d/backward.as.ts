// Backward pass of the causal depthwise convolution, backwards in time, one group of channels at a time with the sums of its
// gradients in registers; the gradient g before silu goes to a window of CHUNK + k - 1 rows, from which
// dx[t] = sum_j w[k-1-j] g[t+j].
import { load, loadLanes, madd, splat, store, storeLanes } from '../wasm/simd.as'
import { CHUNK, packTaps, tapBytes, tapsOf } from './taps.as'

/** Once per call, before any rows: packs the taps and clears what rows add to. */
export function beginConvBackward(weight: usize, dBias: usize, scratch: usize, e: i32, k: i32): void {
  packTaps(weight, scratch, e, k)
  memory.fill(scratch + tapBytes(e, k), 0, tapBytes(e, k))
  memory.fill(dBias, 0, (<usize>e) << 2)
}

/** Before the last rows of a sequence: no gradient comes from after it. */
export function resetConvBackward(scratch: usize, e: i32, k: i32): void {
  memory.fill(scratch + 2 * tapBytes(e, k), 0, (<usize>((k - 1) * e)) << 2)
}

/** One step of one group for any k and lanes: adds to dBias and the taps' gradients, writes dx. */
function stepBackward(
  dy: usize, slope: usize, x: usize, dx: usize, rowBytes: usize, taps: usize, gradients: usize, dBias: usize,
  window: usize, first: i32, k: i32, lanes: i32,
): void {
  const g = f32x4.mul(loadLanes(dy, lanes), loadLanes(slope, lanes))
  storeLanes(window, g, lanes)
  storeLanes(dBias, f32x4.add(loadLanes(dBias, lanes), g), lanes)
  let past = x - <usize>(k - 1 - first) * rowBytes
  for (let j = first; j < k; j++, past += rowBytes) {
    const tap = gradients + ((<usize>j) << 5)
    store(tap, madd(g, loadLanes(past, lanes), load(tap)))
  }
  let sum = splat(0)
  for (let j = k - 1; j >= 0; j--, window += rowBytes)
    sum = madd(load(taps + ((<usize>j) << 5)), loadLanes(window, lanes), sum)
  storeLanes(dx, sum, lanes)
}

/** Steps `last` down to `stop` (offsets in bytes, whole rows) of eight channels with four taps. */
// @ts-expect-error: decorator
@inline
function fourTapsBackward(
  dy: usize, slope: usize, x: usize, dx: usize, rowBytes: usize, taps: usize, gradients: usize, dBias: usize,
  window: usize, last: usize, stop: usize,
): void {
  let sum0 = load(dBias)
  let sum1 = v128.load(dBias, 16)
  let t00 = load(gradients)
  let t01 = v128.load(gradients, 16)
  let t10 = v128.load(gradients, 32)
  let t11 = v128.load(gradients, 48)
  let t20 = v128.load(gradients, 64)
  let t21 = v128.load(gradients, 80)
  let t30 = v128.load(gradients, 96)
  let t31 = v128.load(gradients, 112)
  const after = window + rowBytes
  const x1 = x - rowBytes
  const x2 = x1 - rowBytes
  const x3 = x2 - rowBytes
  for (let at = last; ; at -= rowBytes) {
    const next = after + at
    const g0 = f32x4.mul(load(dy + at), load(slope + at))
    const g1 = f32x4.mul(v128.load(dy + at, 16), v128.load(slope + at, 16))
    v128.store(window + at, g1, 16)
    store(window + at, g0)
    sum0 = f32x4.add(sum0, g0)
    sum1 = f32x4.add(sum1, g1)
    t30 = madd(g0, load(x + at), t30)
    t31 = madd(g1, v128.load(x + at, 16), t31)
    t20 = madd(g0, load(x1 + at), t20)
    t21 = madd(g1, v128.load(x1 + at, 16), t21)
    t10 = madd(g0, load(x2 + at), t10)
    t11 = madd(g1, v128.load(x2 + at, 16), t11)
    t00 = madd(g0, load(x3 + at), t00)
    t01 = madd(g1, v128.load(x3 + at, 16), t01)
    const next2 = next + rowBytes
    const next3 = next2 + rowBytes
    const a0 = f32x4.mul(load(taps), load(next3))
    const a1 = f32x4.mul(v128.load(taps, 16), v128.load(next3, 16))
    const b0 = madd(v128.load(taps, 32), load(next2), a0)
    const b1 = madd(v128.load(taps, 48), v128.load(next2, 16), a1)
    const c0 = madd(v128.load(taps, 64), load(next), b0)
    const c1 = madd(v128.load(taps, 80), v128.load(next, 16), b1)
    const d0 = madd(v128.load(taps, 96), g0, c0)
    const d1 = madd(v128.load(taps, 112), g1, c1)
    v128.store(dx + at, d1, 16)
    store(dx + at, d0)
    if (at == stop) break
  }
  v128.store(dBias, sum1, 16)
  store(dBias, sum0)
  v128.store(gradients, t01, 16)
  store(gradients, t00)
  v128.store(gradients, t11, 48)
  v128.store(gradients, t10, 32)
  v128.store(gradients, t21, 80)
  v128.store(gradients, t20, 64)
  v128.store(gradients, t31, 112)
  v128.store(gradients, t30, 96)
}

/** Steps t to t + rows, at most CHUNK, before those of the call before; pointers at step t. */
export function convBackwardRows(
  dy: usize, slope: usize, x: usize, dx: usize, dBias: usize, scratch: usize, t: i32, rows: i32, e: i32, k: i32,
): void {
  const rowBytes = (<usize>e) << 2
  const window = scratch + 2 * tapBytes(e, k)
  // The first k - 1 rows of the window, of the steps after these, move behind these.
  memory.copy(window + <usize>rows * rowBytes, window, <usize>(k - 1) * rowBytes)
  const whole = min(rows, max(0, k - 1 - t))
  for (let c = 0; c < e; ) {
    const column = (<usize>c) << 2
    const taps = tapsOf(scratch, c, k)
    const gradients = taps + tapBytes(e, k)
    const eight = k == 4 && c + 8 <= e
    if (eight && whole < rows)
      fourTapsBackward(
        dy + column, slope + column, x + column, dx + column, rowBytes, taps, gradients, dBias + column, window + column,
        <usize>(rows - 1) * rowBytes, <usize>whole * rowBytes)
    const left = eight ? whole : rows
    stepsBackward(
      dy + column, slope + column, x + column, dx + column, rowBytes, taps, gradients, dBias + column, window + column,
      left, t, k, min(4, e - c))
    c += 4
    if (!eight) continue
    stepsBackward(
      dy + column + 16, slope + column + 16, x + column + 16, dx + column + 16, rowBytes, taps + 16, gradients + 16,
      dBias + column + 16, window + column + 16, left, t, k, 4)
    c += 4
  }
}

/** The first `rows` steps, of which the first is step `t`, of up to four channels, backwards. */
function stepsBackward(
  dy: usize, slope: usize, x: usize, dx: usize, rowBytes: usize, taps: usize, gradients: usize, dBias: usize,
  window: usize, rows: i32, t: i32, k: i32, lanes: i32,
): void {
  while (rows-- > 0) {
    const at = <usize>rows * rowBytes
    stepBackward(
      dy + at, slope + at, x + at, dx + at, rowBytes, taps, gradients, dBias, window + at, max(0, k - 1 - t - rows), k, lanes)
  }
}

/** Once per call, after all rows: writes dWeight (e, k). */
export function endConvBackward(dWeight: usize, scratch: usize, e: i32, k: i32): void {
  const gradients = scratch + tapBytes(e, k)
  for (let c = 0; c < e; c++)
    for (let j = 0; j < k; j++, dWeight += 4)
      f32.store(dWeight, f32.load(gradients + ((<usize>(((c >> 3) * k + j) * 8 + (c & 7))) << 2)))
}

/** Gradients of x, weight and bias. */
export function convBackward(
  dy: usize, slope: usize, x: usize, weight: usize, dx: usize, dWeight: usize, dBias: usize, scratch: usize,
  b: i32, l: i32, e: i32, k: i32,
): void {
  beginConvBackward(weight, dBias, scratch, e, k)
  for (let batch = 0; batch < b; batch++) {
    resetConvBackward(scratch, e, k)
    for (let t = ((l - 1) / CHUNK) * CHUNK; t >= 0; t -= CHUNK) {
      const at = (<usize>((batch * l + t) * e)) << 2
      convBackwardRows(dy + at, slope + at, x + at, dx + at, dBias, scratch, t, min(CHUNK, l - t), e, k)
    }
  }
  endConvBackward(dWeight, scratch, e, k)
}
