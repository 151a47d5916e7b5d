// Causal depthwise convolution with silu on SIMD lanes of four channels; k taps in time. The backward pass recomputes
// the sum before silu, leaves its gradient in dx, and then folds dx in place, forwards in time.
import { load, loadLanes, madd, sigmoid, splat, store, storeLanes } from '../wasm/simd.as'

/** Bytes of scratch: weights and their gradients as vectors [tap]. */
export function convScratchBytes(k: i32): i32 {
  return 2 * k * 16
}

/** Weights (e, k) of up to four channels from `weight` on as vectors [tap]. */
function packTaps(weight: usize, packed: usize, k: i32, lanes: i32): void {
  for (let j = 0; j < k; j++)
    for (let lane = 0; lane < 4; lane++) {
      const value: f32 = lane < lanes ? f32.load(weight + ((<usize>(lane * k + j)) << 2)) : 0
      f32.store(packed + ((<usize>(j * 4 + lane)) << 2), value)
    }
}

/** bias + sum_j w[j] x[t-k+1+j] where `first` taps reach before t = 0; x at time t. */
// @ts-expect-error: decorator
@inline
function convolve(x: usize, rowBytes: usize, packed: usize, bias: v128, first: i32, k: i32, lanes: i32): v128 {
  let sum = bias
  let at = x - <usize>(k - 1 - first) * rowBytes
  for (let j = first; j < k; j++, at += rowBytes) sum = madd(load(packed + ((<usize>j) << 4)), loadLanes(at, lanes), sum)
  return sum
}

// @ts-expect-error: decorator
@inline
function forwardGroup(
  x: usize, bias: usize, out: usize, packed: usize, l: i32, rowBytes: usize, k: i32, lanes: i32,
): void {
  const offset = loadLanes(bias, lanes)
  for (let t = 0; t < l; t++, x += rowBytes, out += rowBytes) {
    const sum = convolve(x, rowBytes, packed, offset, max(0, k - 1 - t), k, lanes)
    storeLanes(out, f32x4.mul(sum, sigmoid(sum)), lanes)
  }
}

/** out (b, l, e) = silu(conv(x (b, l, e), weight (e, k)) + bias (e)). */
export function convForward(
  x: usize, weight: usize, bias: usize, out: usize, scratch: usize, b: i32, l: i32, e: i32, k: i32,
): void {
  const rowBytes = (<usize>e) << 2
  for (let c = 0; c < e; c += 4) {
    const lanes = min(4, e - c)
    packTaps(weight + ((<usize>(c * k)) << 2), scratch, k, lanes)
    for (let batch = 0; batch < b; batch++) {
      const at = <usize>(batch * l) * rowBytes + ((<usize>c) << 2)
      const biasAt = bias + ((<usize>c) << 2)
      if (lanes == 4 && k == 4) forwardGroup(x + at, biasAt, out + at, scratch, l, rowBytes, 4, 4)
      else forwardGroup(x + at, biasAt, out + at, scratch, l, rowBytes, k, lanes)
    }
  }
}

// @ts-expect-error: decorator
@inline
function backwardGroup(
  dy: usize, x: usize, bias: usize, dx: usize, dBias: usize, packed: usize, l: i32, rowBytes: usize, k: i32, lanes: i32,
): void {
  const offset = loadLanes(bias, lanes)
  const gradients = packed + ((<usize>k) << 4)
  let sumBias = splat(0)
  for (let t = 0; t < l; t++) {
    const at = <usize>t * rowBytes
    const first = max(0, k - 1 - t)
    const sum = convolve(x + at, rowBytes, packed, offset, first, k, lanes)
    const s = sigmoid(sum)
    const g = f32x4.mul(loadLanes(dy + at, lanes), f32x4.mul(s, madd(sum, f32x4.sub(splat(1), s), splat(1))))
    storeLanes(dx + at, g, lanes)
    sumBias = f32x4.add(sumBias, g)
    let past = x + at - <usize>(k - 1 - first) * rowBytes
    for (let j = first; j < k; j++, past += rowBytes) {
      const tap = gradients + ((<usize>j) << 4)
      store(tap, madd(g, loadLanes(past, lanes), load(tap)))
    }
  }
  storeLanes(dBias, f32x4.add(loadLanes(dBias, lanes), sumBias), lanes)
  for (let t = 0; t < l; t++) {
    let at = dx + <usize>t * rowBytes
    const here = at
    let sum = splat(0)
    for (let j = k - 1; j >= max(0, k - l + t); j--, at += rowBytes)
      sum = madd(load(packed + ((<usize>j) << 4)), loadLanes(at, lanes), sum)
    storeLanes(here, sum, lanes)
  }
}

/** Gradients of x, weight and bias. */
export function convBackward(
  dy: usize, x: usize, weight: usize, bias: usize, dx: usize, dWeight: usize, dBias: usize, scratch: usize,
  b: i32, l: i32, e: i32, k: i32,
): void {
  const rowBytes = (<usize>e) << 2
  const gradients = scratch + ((<usize>k) << 4)
  memory.fill(dBias, 0, rowBytes)
  for (let c = 0; c < e; c += 4) {
    const lanes = min(4, e - c)
    packTaps(weight + ((<usize>(c * k)) << 2), scratch, k, lanes)
    memory.fill(gradients, 0, (<usize>k) << 4)
    const column = (<usize>c) << 2
    for (let batch = 0; batch < b; batch++) {
      const at = <usize>(batch * l) * rowBytes + column
      if (lanes == 4 && k == 4)
        backwardGroup(dy + at, x + at, bias + column, dx + at, dBias + column, scratch, l, rowBytes, 4, 4)
      else backwardGroup(dy + at, x + at, bias + column, dx + at, dBias + column, scratch, l, rowBytes, k, lanes)
    }
    for (let j = 0; j < k; j++)
      for (let lane = 0; lane < lanes; lane++)
        f32.store(dWeight + ((<usize>((c + lane) * k + j)) << 2), f32.load(gradients + ((<usize>(j * 4 + lane)) << 2)))
  }
}
