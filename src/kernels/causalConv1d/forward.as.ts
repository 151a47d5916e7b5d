// Forward pass of the causal depthwise convolution with silu: all channels of a row together, so that memory is streamed in
// order. Keeps the slope of silu.
import { load, loadLanes, madd, sigmoid, siluSlope, store, storeLanes } from '../wasm/simd.as'
import { packTaps, tapsOf } from './taps.as'

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

/** One step of eight channels with four taps. */
// @ts-expect-error: decorator
@inline
function fourTapsForward(x: usize, rowBytes: usize, taps: usize, bias: usize, out: usize, slope: usize): void {
  const x1 = x - rowBytes
  const x2 = x1 - rowBytes
  const x3 = x2 - rowBytes
  const a0 = madd(load(taps), load(x3), load(bias))
  const a1 = madd(v128.load(taps, 16), v128.load(x3, 16), v128.load(bias, 16))
  const b0 = madd(v128.load(taps, 32), load(x2), a0)
  const b1 = madd(v128.load(taps, 48), v128.load(x2, 16), a1)
  const c0 = madd(v128.load(taps, 64), load(x1), b0)
  const c1 = madd(v128.load(taps, 80), v128.load(x1, 16), b1)
  const sum0 = madd(v128.load(taps, 96), load(x), c0)
  const sum1 = madd(v128.load(taps, 112), v128.load(x, 16), c1)
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
}

/** Steps t to t + rows of a sequence; x, out and slope at step t, earlier steps of x before it in memory. */
export function convForwardRows(
  x: usize, taps: usize, bias: usize, out: usize, slope: usize, t: i32, rows: i32, e: i32, k: i32,
): void {
  const rowBytes = (<usize>e) << 2
  for (const end = t + rows; t < end; t++, x += rowBytes, out += rowBytes, slope += rowBytes) {
    const first = max(0, k - 1 - t)
    let w = taps
    let c = 0
    if (k == 4 && first == 0) {
      for (; c + 8 <= e; c += 8, w += 128) {
        const at = (<usize>c) << 2
        fourTapsForward(x + at, rowBytes, w, bias + at, out + at, slope + at)
      }
    }
    for (; c < e; c += 4) {
      const at = (<usize>c) << 2
      stepForward(x + at, rowBytes, tapsOf(taps, c, k), bias + at, out + at, slope + at, first, k, min(4, e - c))
    }
  }
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
