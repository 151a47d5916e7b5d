// Root mean square normalisation on SIMD lanes along the row, CHUNK rows at a time: first the inverse roots, four rows in one
// instruction, then column by column, eight or up to four, over the rows. A row has the same bits wherever it stands.
import {
  horizontalSum, load, loadLanes, madd, splat, store, storeLanes, transposedSum, workspace, WORKSPACE,
} from '../wasm/simd.as'

/** Rows whose inverse roots, and what they are pulled by, lie in the workspace. */
const CHUNK: i32 = 64
/** Where in the workspace the pulls begin. */
const PULLS: usize = WORKSPACE / 2

/** 1 / sqrt(sum / d + epsilon), for four rows. */
// @ts-expect-error: decorator
@inline
function inverseRoots(sums: v128, d: i32, epsilon: f32): v128 {
  return f32x4.div(splat(1), f32x4.sqrt(f32x4.add(f32x4.div(sums, splat(<f32>d)), splat(epsilon))))
}

// @ts-expect-error: decorator
@inline
function addSquare(x: usize, sum: v128, lanes: i32): v128 {
  const v = loadLanes(x, lanes)
  return madd(v, v, sum)
}

/** Writes the inverse root of each row. */
function findRoots(x: usize, roots: usize, rows: i32, d: i32, epsilon: f32): void {
  const stride = (<usize>d) << 2
  for (; rows >= 4; rows -= 4, x += 4 * stride, roots += 16) {
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
    store(roots, inverseRoots(transposedSum(s0, s1, s2, s3), d, epsilon))
  }
  for (; rows > 0; rows--, x += stride, roots += 4) {
    let sum = splat(0)
    for (let j = 0; j < d; j += 4) sum = addSquare(x + ((<usize>j) << 2), sum, min(4, d - j))
    storeLanes(roots, inverseRoots(splat(horizontalSum(sum)), d, epsilon), 1)
  }
}

/** out (rows, d) = x / sqrt(mean(x²) + epsilon) weight. */
export function rmsNormForward(x: usize, weight: usize, out: usize, rows: i32, d: i32, epsilon: f32): void {
  const stride = (<usize>d) << 2
  const roots = workspace()
  for (; rows > 0; rows -= CHUNK) {
    const count = min(CHUNK, rows)
    findRoots(x, roots, count, d, epsilon)
    let j = 0
    for (; j + 8 <= d; j += 8) scaleEight(x + ((<usize>j) << 2), weight + ((<usize>j) << 2), roots, out + ((<usize>j) << 2), stride, count)
    for (; j < d; j += 4) {
      const at = (<usize>j) << 2
      scaleLanes(x + at, weight + at, roots, out + at, stride, count, min(4, d - j))
    }
    x += <usize>count * stride
    out += <usize>count * stride
  }
}

/** Eight columns of the result. */
// @ts-expect-error: decorator
@inline
function scaleEight(x: usize, weight: usize, roots: usize, out: usize, stride: usize, rows: i32): void {
  const w0 = load(weight)
  const w1 = v128.load(weight, 16)
  for (const end = roots + ((<usize>rows) << 2); roots < end; roots += 4, x += stride, out += stride) {
    const r = v128.load32_splat(roots)
    const y0 = f32x4.mul(f32x4.mul(load(x), r), w0)
    const y1 = f32x4.mul(f32x4.mul(v128.load(x, 16), r), w1)
    v128.store(out, y1, 16)
    store(out, y0)
  }
}

/** Up to four columns. */
function scaleLanes(x: usize, weight: usize, roots: usize, out: usize, stride: usize, rows: i32, lanes: i32): void {
  const w = loadLanes(weight, lanes)
  for (const end = roots + ((<usize>rows) << 2); roots < end; roots += 4, x += stride, out += stride)
    storeLanes(out, f32x4.mul(f32x4.mul(loadLanes(x, lanes), v128.load32_splat(roots)), w), lanes)
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

/** -r³ mean(w dy x), for four rows. */
// @ts-expect-error: decorator
@inline
function pullOf(r: v128, products: v128, d: i32): v128 {
  return f32x4.neg(f32x4.mul(f32x4.mul(f32x4.mul(r, r), r), f32x4.div(products, splat(<f32>d))))
}

/** Writes what each row of x is pulled by, after the roots. */
function findPulls(dy: usize, x: usize, weight: usize, roots: usize, rows: i32, d: i32): void {
  const stride = (<usize>d) << 2
  for (; rows >= 4; rows -= 4, x += 4 * stride, dy += 4 * stride, roots += 16) {
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
      p0 = addProduct(g, v, w, p0, lanes)
      p1 = addProduct(g + stride, v + stride, w, p1, lanes)
      p2 = addProduct(g + 2 * stride, v + 2 * stride, w, p2, lanes)
      p3 = addProduct(g + 3 * stride, v + 3 * stride, w, p3, lanes)
    }
    v128.store(roots, pullOf(load(roots), transposedSum(p0, p1, p2, p3), d), PULLS)
  }
  for (; rows > 0; rows--, x += stride, dy += stride, roots += 4) {
    let p = splat(0)
    for (let j = 0; j < d; j += 4) {
      const at = (<usize>j) << 2
      const lanes = min(4, d - j)
      p = addProduct(dy + at, x + at, loadLanes(weight + at, lanes), p, lanes)
    }
    storeLanes(roots + PULLS, pullOf(v128.load32_splat(roots), splat(horizontalSum(p)), d), 1)
  }
}

/** Whether there is a residual; as types, so that each has loops of its own. */
class Alone {}
class WithResidual {}

/** dx of eight columns, and their gradient of the weight; all may lie in place. */
// @ts-expect-error: decorator
@inline
function pullEight<Mode>(
  dy: usize, x: usize, weight: usize, roots: usize, dx: usize, dWeight: usize, residual: usize, stride: usize, rows: i32,
): void {
  const w0 = load(weight)
  const w1 = v128.load(weight, 16)
  let sum0 = load(dWeight)
  let sum1 = v128.load(dWeight, 16)
  for (const end = roots + ((<usize>rows) << 2); roots < end; roots += 4) {
    const r = v128.load32_splat(roots)
    const pull = v128.load32_splat(roots, PULLS)
    const g0 = load(dy)
    const g1 = v128.load(dy, 16)
    const v0 = load(x)
    const v1 = v128.load(x, 16)
    let out0 = madd(v0, pull, f32x4.mul(f32x4.mul(r, w0), g0))
    let out1 = madd(v1, pull, f32x4.mul(f32x4.mul(r, w1), g1))
    if (idof<Mode>() == idof<WithResidual>()) {
      out0 = f32x4.add(out0, load(residual))
      out1 = f32x4.add(out1, v128.load(residual, 16))
    }
    v128.store(dx, out1, 16)
    store(dx, out0)
    sum0 = madd(f32x4.mul(g0, v0), r, sum0)
    sum1 = madd(f32x4.mul(g1, v1), r, sum1)
    dy += stride
    x += stride
    dx += stride
    residual += stride
  }
  v128.store(dWeight, sum1, 16)
  store(dWeight, sum0)
}

/** pullEight for up to four columns. */
function pullLanes(
  dy: usize, x: usize, weight: usize, roots: usize, dx: usize, dWeight: usize, residual: usize, stride: usize, rows: i32,
  lanes: i32,
): void {
  const w = loadLanes(weight, lanes)
  let sum = loadLanes(dWeight, lanes)
  for (const end = roots + ((<usize>rows) << 2); roots < end; roots += 4, dy += stride, x += stride, dx += stride) {
    const r = v128.load32_splat(roots)
    const g = loadLanes(dy, lanes)
    const v = loadLanes(x, lanes)
    let out = madd(v, v128.load32_splat(roots, PULLS), f32x4.mul(f32x4.mul(r, w), g))
    if (residual) {
      out = f32x4.add(out, loadLanes(residual, lanes))
      residual += stride
    }
    storeLanes(dx, out, lanes)
    sum = madd(f32x4.mul(g, v), r, sum)
  }
  storeLanes(dWeight, sum, lanes)
}

/** rmsNormBackward for some of the rows: adds to dWeight, and `residual` (rows, d), where it is not 0, to dx. */
export function rmsNormBackwardRows(
  dy: usize, x: usize, weight: usize, dx: usize, dWeight: usize, residual: usize, rows: i32, d: i32, epsilon: f32,
): void {
  const stride = (<usize>d) << 2
  const roots = workspace()
  for (; rows > 0; rows -= CHUNK) {
    const count = min(CHUNK, rows)
    const bytes = <usize>count * stride
    findRoots(x, roots, count, d, epsilon)
    findPulls(dy, x, weight, roots, count, d)
    for (let j = 0; j < d; ) {
      const at = (<usize>j) << 2
      if (j + 8 > d) {
        const lanes = min(4, d - j)
        pullLanes(dy + at, x + at, weight + at, roots, dx + at, dWeight + at, residual ? residual + at : 0, stride, count, lanes)
        j += 4
        continue
      }
      if (residual) pullEight<WithResidual>(dy + at, x + at, weight + at, roots, dx + at, dWeight + at, residual + at, stride, count)
      else pullEight<Alone>(dy + at, x + at, weight + at, roots, dx + at, dWeight + at, 0, stride, count)
      j += 8
    }
    x += bytes
    dy += bytes
    dx += bytes
    if (residual) residual += bytes
  }
}
