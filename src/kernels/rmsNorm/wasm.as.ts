// Root mean square normalisation on SIMD lanes along the row, four rows at a time so that roots and divisions of four rows
// are one instruction; rows left over run one at a time, with the same bits.
import { horizontalSum, loadLanes, madd, splat, storeLanes, transposedSum } from '../wasm/simd.as'

/** 1 / sqrt(sum / d + epsilon), for four rows. */
// @ts-expect-error: decorator
@inline
function inverseRoots(sums: v128, d: i32, epsilon: f32): v128 {
  return f32x4.div(splat(1), f32x4.sqrt(f32x4.add(f32x4.div(sums, splat(<f32>d)), splat(epsilon))))
}

// @ts-expect-error: decorator
@inline
function lane0(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 0, 0, 0, 0)
}

// @ts-expect-error: decorator
@inline
function lane1(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 1, 1, 1, 1)
}

// @ts-expect-error: decorator
@inline
function lane2(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 2, 2, 2, 2)
}

// @ts-expect-error: decorator
@inline
function lane3(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 3, 3, 3, 3)
}

// @ts-expect-error: decorator
@inline
function addSquare(x: usize, sum: v128, lanes: i32): v128 {
  const v = loadLanes(x, lanes)
  return madd(v, v, sum)
}

// @ts-expect-error: decorator
@inline
function scale(x: usize, r: v128, weight: v128, out: usize, lanes: i32): void {
  storeLanes(out, f32x4.mul(f32x4.mul(loadLanes(x, lanes), r), weight), lanes)
}

/** out (rows, d) = x / sqrt(mean(x²) + epsilon) weight. */
export function rmsNormForward(x: usize, weight: usize, out: usize, rows: i32, d: i32, epsilon: f32): void {
  const stride = (<usize>d) << 2
  let row = 0
  for (; row + 4 <= rows; row += 4, x += 4 * stride, out += 4 * stride) {
    let s0 = splat(0)
    let s1 = splat(0)
    let s2 = splat(0)
    let s3 = splat(0)
    for (let j = 0; j < d; j += 4) {
      const at = x + ((<usize>j) << 2)
      const lanes = min(4, d - j)
      s0 = addSquare(at, s0, lanes)
      s1 = addSquare(at + stride, s1, lanes)
      s2 = addSquare(at + 2 * stride, s2, lanes)
      s3 = addSquare(at + 3 * stride, s3, lanes)
    }
    const r = inverseRoots(transposedSum(s0, s1, s2, s3), d, epsilon)
    for (let j = 0; j < d; j += 4) {
      const at = (<usize>j) << 2
      const lanes = min(4, d - j)
      const w = loadLanes(weight + at, lanes)
      scale(x + at, lane0(r), w, out + at, lanes)
      scale(x + at + stride, lane1(r), w, out + at + stride, lanes)
      scale(x + at + 2 * stride, lane2(r), w, out + at + 2 * stride, lanes)
      scale(x + at + 3 * stride, lane3(r), w, out + at + 3 * stride, lanes)
    }
  }
  for (; row < rows; row++, x += stride, out += stride) {
    let sum = splat(0)
    for (let j = 0; j < d; j += 4) sum = addSquare(x + ((<usize>j) << 2), sum, min(4, d - j))
    const r = inverseRoots(splat(horizontalSum(sum)), d, epsilon)
    for (let j = 0; j < d; j += 4) {
      const at = (<usize>j) << 2
      const lanes = min(4, d - j)
      scale(x + at, r, loadLanes(weight + at, lanes), out + at, lanes)
    }
  }
}

/** dx = r w dy - x r³ mean(w dy x), and dWeight = sum dy x r, with r the inverse root. */
export function rmsNormBackward(
  dy: usize, x: usize, weight: usize, dx: usize, dWeight: usize, rows: i32, d: i32, epsilon: f32,
): void {
  memory.fill(dWeight, 0, (<usize>d) << 2)
  rmsNormBackwardRows(dy, x, weight, dx, dWeight, 0, rows, d, epsilon)
}

/** sum dy x w along the row. */
// @ts-expect-error: decorator
@inline
function addProduct(dy: usize, x: usize, w: v128, sum: v128, lanes: i32): v128 {
  return madd(f32x4.mul(loadLanes(dy, lanes), loadLanes(x, lanes)), w, sum)
}

/** dx of one vector; returns dy x r. `residual` 0 for none. */
// @ts-expect-error: decorator
@inline
function pullBack(
  dy: usize, x: usize, w: v128, r: v128, pull: v128, dx: usize, residual: usize, sum: v128, lanes: i32,
): v128 {
  const g = loadLanes(dy, lanes)
  const v = loadLanes(x, lanes)
  let out = madd(v, pull, f32x4.mul(f32x4.mul(r, w), g))
  if (residual) out = f32x4.add(out, loadLanes(residual, lanes))
  storeLanes(dx, out, lanes)
  return madd(f32x4.mul(g, v), r, sum)
}

/** rmsNormBackward for some of the rows: adds to dWeight, and `residual` (rows, d), where it is not 0, to dx. */
export function rmsNormBackwardRows(
  dy: usize, x: usize, weight: usize, dx: usize, dWeight: usize, residual: usize, rows: i32, d: i32, epsilon: f32,
): void {
  const stride = (<usize>d) << 2
  const step = residual ? stride : 0
  for (let row = 0; row < rows; ) {
    // Fewer than four rows left: all four pointers at the same row, one result used.
    const count = row + 4 <= rows ? 4 : 1
    const next = count == 4 ? stride : 0
    let s0 = splat(0)
    let s1 = splat(0)
    let s2 = splat(0)
    let s3 = splat(0)
    let p0 = splat(0)
    let p1 = splat(0)
    let p2 = splat(0)
    let p3 = splat(0)
    for (let j = 0; j < d; j += 4) {
      const at = (<usize>j) << 2
      const lanes = min(4, d - j)
      const w = loadLanes(weight + at, lanes)
      const v = x + at
      const g = dy + at
      s0 = addSquare(v, s0, lanes)
      p0 = addProduct(g, v, w, p0, lanes)
      s1 = addSquare(v + next, s1, lanes)
      p1 = addProduct(g + next, v + next, w, p1, lanes)
      s2 = addSquare(v + 2 * next, s2, lanes)
      p2 = addProduct(g + 2 * next, v + 2 * next, w, p2, lanes)
      s3 = addSquare(v + 3 * next, s3, lanes)
      p3 = addProduct(g + 3 * next, v + 3 * next, w, p3, lanes)
    }
    const r = inverseRoots(transposedSum(s0, s1, s2, s3), d, epsilon)
    const dots = f32x4.div(transposedSum(p0, p1, p2, p3), splat(<f32>d))
    const pull = f32x4.neg(f32x4.mul(f32x4.mul(f32x4.mul(r, r), r), dots))
    for (let j = 0; j < d; j += 4) {
      const at = (<usize>j) << 2
      const lanes = min(4, d - j)
      const w = loadLanes(weight + at, lanes)
      const a = residual ? residual + at : 0
      let sum = loadLanes(dWeight + at, lanes)
      sum = pullBack(dy + at, x + at, w, lane0(r), lane0(pull), dx + at, a, sum, lanes)
      if (count == 4) {
        const at1 = at + stride
        const at2 = at1 + stride
        const at3 = at2 + stride
        sum = pullBack(dy + at1, x + at1, w, lane1(r), lane1(pull), dx + at1, a + step, sum, lanes)
        sum = pullBack(dy + at2, x + at2, w, lane2(r), lane2(pull), dx + at2, a + 2 * step, sum, lanes)
        sum = pullBack(dy + at3, x + at3, w, lane3(r), lane3(pull), dx + at3, a + 3 * step, sum, lanes)
      }
      storeLanes(dWeight + at, sum, lanes)
    }
    row += count
    x += <usize>count * stride
    dy += <usize>count * stride
    dx += <usize>count * stride
    if (residual) residual += <usize>count * stride
  }
}
