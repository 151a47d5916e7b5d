// Forward pass of the causal depthwise convolution with silu, CHUNK rows at a time, one group of channels after the other with its
// taps in registers. Keeps the slope of silu.
import { load, loadLanes, madd, sigmoid, siluSlope, store, storeLanes } from '../wasm/simd.as'
import { CHUNK, packTaps, tapsOf } from './taps.as'

/** bias + sum_j w[j] x[t-k+1+j] at one step, from tap `first` on; x at step t. */
// @ts-expect-error: decorator
@inline
function convolve(x: usize, rowBytes: usize, taps: usize, bias: v128, first: i32, k: i32, lanes: i32): v128 {
  let sum = bias
  let at = x - <usize>(k - 1 - first) * rowBytes
  for (let j = first; j < k; j++, at += rowBytes) sum = madd(load(taps + ((<usize>j) << 5)), loadLanes(at, lanes), sum)
  return sum
}

/** One step of up to four channels; keeps silu's derivative in `slope`. */
// @ts-expect-error: decorator
@inline
function stepForward(
  x: usize, rowBytes: usize, taps: usize, bias: usize, out: usize, slope: usize, first: i32, k: i32, lanes: i32,
): void {
  const sum = convolve(x, rowBytes, taps, loadLanes(bias, lanes), first, k, lanes)
  const s = sigmoid(sum)
  storeLanes(out, f32x4.mul(sum, s), lanes)
  storeLanes(slope, siluSlope(sum, s), lanes)
}

/** `rows` steps of eight channels with four taps, all of which have steps before them. */
// @ts-expect-error: decorator
@inline
function fourTapsForward(
  x: usize, rowBytes: usize, taps: usize, bias: usize, out: usize, slope: usize, rows: i32,
): void {
  const bias0 = load(bias)
  const bias1 = v128.load(bias, 16)
  const t00 = load(taps)
  const t01 = v128.load(taps, 16)
  const t10 = v128.load(taps, 32)
  const t11 = v128.load(taps, 48)
  const t20 = v128.load(taps, 64)
  const t21 = v128.load(taps, 80)
  const t30 = v128.load(taps, 96)
  const t31 = v128.load(taps, 112)
  let x3 = x - 3 * rowBytes
  let x2 = x - 2 * rowBytes
  let x1 = x - rowBytes
  for (const end = x + <usize>rows * rowBytes; x < end; x += rowBytes) {
    const a0 = madd(t00, load(x3), bias0)
    const a1 = madd(t01, v128.load(x3, 16), bias1)
    const b0 = madd(t10, load(x2), a0)
    const b1 = madd(t11, v128.load(x2, 16), a1)
    const c0 = madd(t20, load(x1), b0)
    const c1 = madd(t21, v128.load(x1, 16), b1)
    const sum0 = madd(t30, load(x), c0)
    const sum1 = madd(t31, v128.load(x, 16), c1)
    const s0 = sigmoid(sum0)
    const s1 = sigmoid(sum1)
    const out0 = f32x4.mul(sum0, s0)
    const out1 = f32x4.mul(sum1, s1)
    const slope0 = siluSlope(sum0, s0)
    const slope1 = siluSlope(sum1, s1)
    v128.store(out, out1, 16)
    store(out, out0)
    v128.store(slope, slope1, 16)
    store(slope, slope0)
    x3 = x2
    x2 = x1
    x1 = x
    out += rowBytes
    slope += rowBytes
  }
}

/** Steps t to t + rows of a sequence; x, out and slope at step t, earlier steps of x before it in memory. */
export function convForwardRows(
  x: usize, taps: usize, bias: usize, out: usize, slope: usize, t: i32, rows: i32, e: i32, k: i32,
): void {
  const rowBytes = (<usize>e) << 2
  for (; rows > 0; rows -= CHUNK, t += CHUNK) {
    const count = min(CHUNK, rows)
    const early = min(count, max(0, k - 1 - t))
    for (let c = 0; c < e; ) {
      const at = (<usize>c) << 2
      const w = tapsOf(taps, c, k)
      const eight = k == 4 && c + 8 <= e
      const slow = eight ? early : count
      stepsForward(x + at, rowBytes, w, bias + at, out + at, slope + at, t, slow, k, min(4, e - c))
      c += 4
      if (!eight) continue
      stepsForward(x + at + 16, rowBytes, w + 16, bias + at + 16, out + at + 16, slope + at + 16, t, slow, k, 4)
      c += 4
      const from = at + <usize>early * rowBytes
      fourTapsForward(x + from, rowBytes, w, bias + at, out + from, slope + from, count - early)
    }
    x += CHUNK * rowBytes
    out += CHUNK * rowBytes
    slope += CHUNK * rowBytes
  }
}

/** `rows` steps, the first of which is step `t`, of up to four channels. */
function stepsForward(
  x: usize, rowBytes: usize, taps: usize, bias: usize, out: usize, slope: usize, t: i32, rows: i32, k: i32, lanes: i32,
): void {
  for (const end = t + rows; t < end; t++, x += rowBytes, out += rowBytes, slope += rowBytes)
    stepForward(x, rowBytes, taps, bias, out, slope, max(0, k - 1 - t), k, lanes)
}

/** out (b, l, e) = silu(conv(x (b, l, e), weight (e, k)) + bias (e)), and silu's derivative in slope (b, l, e). */
export function convForward(
  x: usize, weight: usize, bias: usize, out: usize, slope: usize, scratch: usize, b: i32, l: i32, e: i32, k: i32,
): void {
  packTaps(weight, scratch, e, k)
  for (let batch = 0; batch < b; batch++) {
    const at = (<usize>(batch * l * e)) << 2
    convForwardRows(x + at, scratch, bias, out + at, slope + at, 0, l, e, k)
  }
}
