// Causal depthwise convolution with silu on SIMD lanes of four channels; k taps in time. The forward pass runs all channels
// of a row together, so that memory is streamed in order, and keeps the slope of silu. The backward pass runs backwards in
// time, one group of four channels at a time with the sums of its gradients in registers; the gradient g before silu goes to
// a window of CHUNK + k - 1 rows, from which dx[t] = sum_j w[k-1-j] g[t+j].
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

/** One step of one group; keeps silu's derivative in `slope`. */
// @ts-expect-error: decorator
@inline
function stepForward(
  x: usize, rowBytes: usize, taps: usize, bias: usize, out: usize, slope: usize, first: i32, k: i32, lanes: i32,
): void {
  const sum = convolve(x, rowBytes, taps, loadLanes(bias, lanes), first, k, lanes)
  const s = sigmoid(sum)
  storeLanes(out, f32x4.mul(sum, s), lanes)
  storeLanes(slope, f32x4.mul(s, madd(sum, f32x4.sub(splat(1), s), splat(1))), lanes)
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
        stepForward(x + at, rowBytes, w, bias + at, out + at, slope + at, 0, 4, 4)
        const to = at + 16
        stepForward(x + to, rowBytes, w + 64, bias + to, out + to, slope + to, 0, 4, 4)
      }
    }
    for (; c < e; c += 4, w += (<usize>k) << 4) {
      const at = (<usize>c) << 2
      stepForward(x + at, rowBytes, w, bias + at, out + at, slope + at, first, k, min(4, e - c))
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
    const tap = gradients + ((<usize>j) << 4)
    store(tap, madd(g, loadLanes(past, lanes), load(tap)))
  }
  let sum = splat(0)
  for (let j = k - 1; j >= 0; j--, window += rowBytes)
    sum = madd(load(taps + ((<usize>j) << 4)), loadLanes(window, lanes), sum)
  storeLanes(dx, sum, lanes)
}

/** Steps `last` down to `stop` (offsets in bytes, whole rows) of four channels with four taps. */
// @ts-expect-error: decorator
@inline
function fourTapsBackward(
  dy: usize, slope: usize, x: usize, dx: usize, rowBytes: usize, taps: usize, gradients: usize, dBias: usize,
  window: usize, last: usize, stop: usize,
): void {
  const w0 = load(taps)
  const w1 = v128.load(taps, 16)
  const w2 = v128.load(taps, 32)
  const w3 = v128.load(taps, 48)
  let sum = load(dBias)
  let t0 = load(gradients)
  let t1 = v128.load(gradients, 16)
  let t2 = v128.load(gradients, 32)
  let t3 = v128.load(gradients, 48)
  const after = window + last + rowBytes
  let g1 = load(after)
  let g2 = load(after + rowBytes)
  let g3 = load(after + 2 * rowBytes)
  const x1 = x - rowBytes
  const x2 = x1 - rowBytes
  const x3 = x2 - rowBytes
  for (let at = last; ; at -= rowBytes) {
    const g = f32x4.mul(load(dy + at), load(slope + at))
    store(window + at, g)
    sum = f32x4.add(sum, g)
    t3 = madd(g, load(x + at), t3)
    t2 = madd(g, load(x1 + at), t2)
    t1 = madd(g, load(x2 + at), t1)
    t0 = madd(g, load(x3 + at), t0)
    store(dx + at, madd(w3, g, madd(w2, g1, madd(w1, g2, f32x4.mul(w0, g3)))))
    g3 = g2
    g2 = g1
    g1 = g
    if (at == stop) break
  }
  store(dBias, sum)
  store(gradients, t0)
  v128.store(gradients, t1, 16)
  v128.store(gradients, t2, 32)
  v128.store(gradients, t3, 48)
}

/** Steps t to t + rows, at most CHUNK, before those of the call before; pointers at step t. */
export function convBackwardRows(
  dy: usize, slope: usize, x: usize, dx: usize, dBias: usize, scratch: usize, t: i32, rows: i32, e: i32, k: i32,
): void {
  const rowBytes = (<usize>e) << 2
  const window = scratch + 2 * tapBytes(e, k)
  // The first k - 1 rows of the window, of the steps after these, move behind these.
  memory.copy(window + <usize>rows * rowBytes, window, <usize>(k - 1) * rowBytes)
  for (let c = 0; c < e; c += 4) {
    const column = (<usize>c) << 2
    const lanes = min(4, e - c)
    const taps = scratch + ((<usize>((c >> 2) * k)) << 4)
    const gradients = taps + tapBytes(e, k)
    let i = rows
    const whole = max(0, k - 1 - t)
    if (k == 4 && lanes == 4 && whole < rows) {
      i = whole
      fourTapsBackward(
        dy + column, slope + column, x + column, dx + column, rowBytes, taps, gradients, dBias + column, window + column,
        <usize>(rows - 1) * rowBytes, <usize>whole * rowBytes)
    }
    while (i-- > 0) {
      const at = <usize>i * rowBytes + column
      stepBackward(
        dy + at, slope + at, x + at, dx + at, rowBytes, taps, gradients, dBias + column, window + at,
        max(0, k - 1 - t - i), k, lanes)
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
