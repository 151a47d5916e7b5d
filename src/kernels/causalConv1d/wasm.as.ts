// Causal depthwise convolution with silu on SIMD lanes of four channels; k taps in time. Rows are run in time, all
// channels of a row together, so that memory is streamed in order. The backward pass recomputes the sum before silu; its
// gradient g goes to a window of CHUNK + k - 1 rows, from which dx[t] = sum_j w[k-1-j] g[t+j] is folded.
import { load, loadLanes, madd, sigmoid, splat, store, storeLanes } from '../wasm/simd.as'

/** Rows of one turn of the backward pass. */
const CHUNK: i32 = 64

// @ts-expect-error: decorator
@inline
function tapBytes(e: i32, k: i32): usize {
  return (<usize>(((e + 3) >> 2) * k)) << 4
}

/** Bytes of scratch that either pass needs: weights and their gradients as vectors [group][tap], and the window. */
export function convScratchBytes(e: i32, k: i32): i32 {
  return 2 * <i32>tapBytes(e, k) + (CHUNK + k - 1) * e * 4
}

/** Weights (e, k) as vectors [group][tap]; zeros beyond the last channel. */
export function packTaps(weight: usize, packed: usize, e: i32, k: i32): void {
  for (let c = 0; c < e; c += 4)
    for (let j = 0; j < k; j++)
      for (let lane = 0; lane < 4; lane++, packed += 4) {
        const value: f32 = c + lane < e ? f32.load(weight + ((<usize>((c + lane) * k + j)) << 2)) : 0
        f32.store(packed, value)
      }
}

/** bias + sum_j w[j] x[t-k+1+j] at one step, from tap `first` on; x at step t. */
// @ts-expect-error: decorator
@inline
function convolve(x: usize, rowBytes: usize, taps: usize, bias: v128, first: i32, k: i32, lanes: i32): v128 {
  if (k == 4 && first == 0 && lanes == 4) {
    // Seen only where the arguments are constants: the loop below, unrolled.
    const x1 = x - rowBytes
    const x2 = x1 - rowBytes
    const old = madd(load(taps), load(x2 - rowBytes), bias)
    return madd(v128.load(taps, 48), load(x), madd(v128.load(taps, 32), load(x1), madd(v128.load(taps, 16), load(x2), old)))
  }
  let sum = bias
  let at = x - <usize>(k - 1 - first) * rowBytes
  for (let j = first; j < k; j++, at += rowBytes) sum = madd(load(taps + ((<usize>j) << 4)), loadLanes(at, lanes), sum)
  return sum
}

/** One step of one group. */
// @ts-expect-error: decorator
@inline
function stepForward(
  x: usize, rowBytes: usize, taps: usize, bias: usize, out: usize, first: i32, k: i32, lanes: i32,
): void {
  const sum = convolve(x, rowBytes, taps, loadLanes(bias, lanes), first, k, lanes)
  storeLanes(out, f32x4.mul(sum, sigmoid(sum)), lanes)
}

/** Steps t to t + rows of a sequence; x and out at step t, earlier steps of x before it in memory. */
export function convForwardRows(
  x: usize, taps: usize, bias: usize, out: usize, t: i32, rows: i32, e: i32, k: i32,
): void {
  const rowBytes = (<usize>e) << 2
  for (const end = t + rows; t < end; t++, x += rowBytes, out += rowBytes) {
    const first = max(0, k - 1 - t)
    let w = taps
    let c = 0
    if (k == 4 && first == 0)
      for (; c + 4 <= e; c += 4, w += 64) {
        const at = (<usize>c) << 2
        stepForward(x + at, rowBytes, w, bias + at, out + at, 0, 4, 4)
      }
    for (; c < e; c += 4, w += (<usize>k) << 4) {
      const at = (<usize>c) << 2
      stepForward(x + at, rowBytes, w, bias + at, out + at, first, k, min(4, e - c))
    }
  }
}

/** out (b, l, e) = silu(conv(x (b, l, e), weight (e, k)) + bias (e)). */
export function convForward(
  x: usize, weight: usize, bias: usize, out: usize, scratch: usize, b: i32, l: i32, e: i32, k: i32,
): void {
  packTaps(weight, scratch, e, k)
  for (let batch = 0; batch < b; batch++) {
    const at = (<usize>(batch * l * e)) << 2
    convForwardRows(x + at, scratch, bias, out + at, 0, l, e, k)
  }
}

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

/** g of one step of one group, into the window; adds to dBias and the taps' gradients. */
// @ts-expect-error: decorator
@inline
function stepBackward(
  dy: usize, x: usize, rowBytes: usize, taps: usize, gradients: usize, bias: usize, dBias: usize, window: usize,
  first: i32, k: i32, lanes: i32,
): void {
  const sum = convolve(x, rowBytes, taps, loadLanes(bias, lanes), first, k, lanes)
  const s = sigmoid(sum)
  const g = f32x4.mul(loadLanes(dy, lanes), f32x4.mul(s, madd(sum, f32x4.sub(splat(1), s), splat(1))))
  storeLanes(window, g, lanes)
  storeLanes(dBias, f32x4.add(loadLanes(dBias, lanes), g), lanes)
  if (k == 4 && first == 0 && lanes == 4) {
    const x1 = x - rowBytes
    const x2 = x1 - rowBytes
    store(gradients, madd(g, load(x2 - rowBytes), load(gradients)))
    v128.store(gradients, madd(g, load(x2), v128.load(gradients, 16)), 16)
    v128.store(gradients, madd(g, load(x1), v128.load(gradients, 32)), 32)
    v128.store(gradients, madd(g, load(x), v128.load(gradients, 48)), 48)
    return
  }
  let past = x - <usize>(k - 1 - first) * rowBytes
  for (let j = first; j < k; j++, past += rowBytes) {
    const tap = gradients + ((<usize>j) << 4)
    store(tap, madd(g, loadLanes(past, lanes), load(tap)))
  }
}

/** dx of one step of one group from the window, whose rows from `window` on are g[t], g[t+1] ... */
// @ts-expect-error: decorator
@inline
function fold(window: usize, rowBytes: usize, taps: usize, k: i32, lanes: i32): v128 {
  if (k == 4 && lanes == 4) {
    const g1 = window + rowBytes
    const g2 = g1 + rowBytes
    const late = f32x4.mul(load(taps), load(g2 + rowBytes))
    const middle = madd(v128.load(taps, 32), load(g1), madd(v128.load(taps, 16), load(g2), late))
    return madd(v128.load(taps, 48), load(window), middle)
  }
  let sum = splat(0)
  for (let j = k - 1; j >= 0; j--, window += rowBytes)
    sum = madd(load(taps + ((<usize>j) << 4)), loadLanes(window, lanes), sum)
  return sum
}

/** Steps t to t + rows, at most CHUNK, before those of the call before; pointers at step t. */
export function convBackwardRows(
  dy: usize, x: usize, bias: usize, dx: usize, dBias: usize, scratch: usize, t: i32, rows: i32, e: i32, k: i32,
): void {
  const rowBytes = (<usize>e) << 2
  const tapStride = (<usize>k) << 4
  const gradients = scratch + tapBytes(e, k)
  const window = gradients + tapBytes(e, k)
  // The first k - 1 rows of the window, of the steps after these, move behind these.
  memory.copy(window + <usize>rows * rowBytes, window, <usize>(k - 1) * rowBytes)
  for (let i = 0; i < rows; i++) {
    const row = <usize>i * rowBytes
    const first = max(0, k - 1 - t - i)
    let tap: usize = 0
    let c = 0
    if (k == 4 && first == 0)
      for (; c + 4 <= e; c += 4, tap += 64) {
        const column = (<usize>c) << 2
        const at = row + column
        stepBackward(
          dy + at, x + at, rowBytes, scratch + tap, gradients + tap, bias + column, dBias + column, window + at, 0, 4, 4)
      }
    for (; c < e; c += 4, tap += tapStride) {
      const column = (<usize>c) << 2
      const at = row + column
      stepBackward(
        dy + at, x + at, rowBytes, scratch + tap, gradients + tap, bias + column, dBias + column, window + at,
        first, k, min(4, e - c))
    }
  }
  for (let i = 0; i < rows; i++) {
    const row = <usize>i * rowBytes
    let taps = scratch
    let c = 0
    if (k == 4)
      for (; c + 4 <= e; c += 4, taps += 64) {
        const at = row + ((<usize>c) << 2)
        store(dx + at, fold(window + at, rowBytes, taps, 4, 4))
      }
    for (; c < e; c += 4, taps += tapStride) {
      const at = row + ((<usize>c) << 2)
      const lanes = min(4, e - c)
      storeLanes(dx + at, fold(window + at, rowBytes, taps, k, lanes), lanes)
    }
  }
}

/** Once per call, after all rows: writes dWeight (e, k). */
export function endConvBackward(dWeight: usize, scratch: usize, e: i32, k: i32): void {
  const gradients = scratch + tapBytes(e, k)
  for (let c = 0; c < e; c++)
    for (let j = 0; j < k; j++, dWeight += 4)
      f32.store(dWeight, f32.load(gradients + ((<usize>(((c >> 2) * k + j) * 4 + (c & 3))) << 2)))
}

/** Gradients of x, weight and bias. */
export function convBackward(
  dy: usize, x: usize, weight: usize, bias: usize, dx: usize, dWeight: usize, dBias: usize, scratch: usize,
  b: i32, l: i32, e: i32, k: i32,
): void {
  beginConvBackward(weight, dBias, scratch, e, k)
  for (let batch = 0; batch < b; batch++) {
    resetConvBackward(scratch, e, k)
    for (let t = ((l - 1) / CHUNK) * CHUNK; t >= 0; t -= CHUNK) {
      const at = (<usize>((batch * l + t) * e)) << 2
      convBackwardRows(dy + at, x + at, bias, dx + at, dBias, scratch, t, min(CHUNK, l - t), e, k)
    }
  }
  endConvBackward(dWeight, scratch, e, k)
}
