// Linear layer: forward and dx through the packed product of ../matMul; the weight gradient dyᵀ x runs over chunks of
// rows that stay in the L1 cache, four outputs by two vectors of inputs at a time in registers.
import { AddTo, multiplyInto, Overwrite, packRight } from '../matMul/wasm.as'
import { load, loadLanes, madd, splat, store, storeLanes } from '../wasm/simd.as'

/** Rows of x and dy that the weight gradient works on at a time. */
const CHUNK: i32 = 64

/** Bytes of scratch that either pass needs. */
export function linearScratchBytes(inner: i32, columns: i32): i32 {
  const rounded = (columns + 3) & ~3
  return (((inner + 3) & ~3) + 4) * (rounded + 4) * 4
}

/** out (rows, columns) = x (rows, inner) weight (columns, inner)ᵀ + bias (columns); bias 0 for none. */
export function linearForward(
  x: usize, weight: usize, bias: usize, out: usize, scratch: usize, rows: i32, inner: i32, columns: i32,
): void {
  const stride = (<usize>inner) << 2
  let padded: usize = 0
  let packed = scratch
  if (bias) {
    padded = scratch
    for (let j = 0; j < columns; j += 4, packed += 16) store(packed, loadLanes(bias + ((<usize>j) << 2), min(4, columns - j)))
  }
  packRight(weight, 4, stride, packed, inner, columns)
  multiplyInto<Overwrite>(x, stride, 4, packed, padded, out, rows, inner, columns)
}

/** Four outputs by two vectors of inputs of the weight gradient over `rows` rows, added to `dWeight`. */
// @ts-expect-error: decorator
@inline
function gradientFourByTwo(dy: usize, dyStride: usize, x: usize, xStride: usize, dWeight: usize, rows: i32): void {
  let c00 = splat(0)
  let c01 = splat(0)
  let c10 = splat(0)
  let c11 = splat(0)
  let c20 = splat(0)
  let c21 = splat(0)
  let c30 = splat(0)
  let c31 = splat(0)
  for (const end = x + <usize>rows * xStride; x < end; x += xStride, dy += dyStride) {
    const x0 = load(x)
    const x1 = load(x + 16)
    const g0 = v128.load32_splat(dy)
    c00 = madd(g0, x0, c00)
    c01 = madd(g0, x1, c01)
    const g1 = v128.load32_splat(dy, 4)
    c10 = madd(g1, x0, c10)
    c11 = madd(g1, x1, c11)
    const g2 = v128.load32_splat(dy, 8)
    c20 = madd(g2, x0, c20)
    c21 = madd(g2, x1, c21)
    const g3 = v128.load32_splat(dy, 12)
    c30 = madd(g3, x0, c30)
    c31 = madd(g3, x1, c31)
  }
  addTo(dWeight, c00)
  addTo(dWeight + 16, c01)
  addTo(dWeight + xStride, c10)
  addTo(dWeight + xStride + 16, c11)
  addTo(dWeight + 2 * xStride, c20)
  addTo(dWeight + 2 * xStride + 16, c21)
  addTo(dWeight + 3 * xStride, c30)
  addTo(dWeight + 3 * xStride + 16, c31)
}

// @ts-expect-error: decorator
@inline
function addTo(p: usize, x: v128): void {
  store(p, f32x4.add(load(p), x))
}

/** Four outputs by one vector of `lanes` inputs. */
// @ts-expect-error: decorator
@inline
function gradientFourByOne(
  dy: usize, dyStride: usize, x: usize, xStride: usize, dWeight: usize, rows: i32, lanes: i32,
): void {
  let c0 = splat(0)
  let c1 = splat(0)
  let c2 = splat(0)
  let c3 = splat(0)
  for (const end = x + <usize>rows * xStride; x < end; x += xStride, dy += dyStride) {
    const v = loadLanes(x, lanes)
    c0 = madd(v128.load32_splat(dy), v, c0)
    c1 = madd(v128.load32_splat(dy, 4), v, c1)
    c2 = madd(v128.load32_splat(dy, 8), v, c2)
    c3 = madd(v128.load32_splat(dy, 12), v, c3)
  }
  addLanes(dWeight, c0, lanes)
  addLanes(dWeight + xStride, c1, lanes)
  addLanes(dWeight + 2 * xStride, c2, lanes)
  addLanes(dWeight + 3 * xStride, c3, lanes)
}

// @ts-expect-error: decorator
@inline
function addLanes(p: usize, x: v128, lanes: i32): void {
  storeLanes(p, f32x4.add(loadLanes(p, lanes), x), lanes)
}

/** One output by one vector of `lanes` inputs. */
// @ts-expect-error: decorator
@inline
function gradientOneByOne(
  dy: usize, dyStride: usize, x: usize, xStride: usize, dWeight: usize, rows: i32, lanes: i32,
): void {
  let c = splat(0)
  for (const end = x + <usize>rows * xStride; x < end; x += xStride, dy += dyStride)
    c = madd(v128.load32_splat(dy), loadLanes(x, lanes), c)
  addLanes(dWeight, c, lanes)
}

/** Adds the sums of the columns of dy over `rows` rows to dBias. */
function sumColumns(dy: usize, dBias: usize, rows: i32, columns: i32): void {
  const stride = (<usize>columns) << 2
  for (let j = 0; j < columns; j += 4) {
    const lanes = min(4, columns - j)
    let c = splat(0)
    let at = dy + ((<usize>j) << 2)
    for (let i = 0; i < rows; i++, at += stride) c = f32x4.add(c, loadLanes(at, lanes))
    const out = dBias + ((<usize>j) << 2)
    storeLanes(out, f32x4.add(loadLanes(out, lanes), c), lanes)
  }
}

/** Adds dy (rows, columns)ᵀ x (rows, inner) to dWeight (columns, inner). */
export function addWeightGradient(dy: usize, x: usize, dWeight: usize, rows: i32, inner: i32, columns: i32): void {
  const xStride = (<usize>inner) << 2
  const dyStride = (<usize>columns) << 2
  for (let first = 0; first < rows; first += CHUNK) {
    const count = min(CHUNK, rows - first)
    let o = 0
    for (; o + 4 <= columns; o += 4) {
      const g = dy + ((<usize>o) << 2)
      let at = x
      let row = dWeight + <usize>o * xStride
      let i = 0
      for (; i + 8 <= inner; i += 8, at += 32, row += 32) gradientFourByTwo(g, dyStride, at, xStride, row, count)
      for (; i + 4 <= inner; i += 4, at += 16, row += 16) gradientFourByOne(g, dyStride, at, xStride, row, count, 4)
      if (i < inner) gradientFourByOne(g, dyStride, at, xStride, row, count, inner - i)
    }
    for (; o < columns; o++) {
      const g = dy + ((<usize>o) << 2)
      let at = x
      let row = dWeight + <usize>o * xStride
      let i = 0
      for (; i + 4 <= inner; i += 4, at += 16, row += 16) gradientOneByOne(g, dyStride, at, xStride, row, count, 4)
      if (i < inner) gradientOneByOne(g, dyStride, at, xStride, row, count, inner - i)
    }
    x += <usize>count * xStride
    dy += <usize>count * dyStride
  }
}

/** The same by its transpose, xᵀ dy in `scratch`: full lanes where there are fewer than four inputs. */
function narrowWeightGradient(
  dy: usize, x: usize, dWeight: usize, scratch: usize, rows: i32, inner: i32, columns: i32,
): void {
  memory.fill(scratch, 0, (<usize>(inner * columns)) << 2)
  addWeightGradient(x, dy, scratch, rows, columns, inner)
  transpose(scratch, dWeight, inner, columns)
}

/** out (columns, rows) = x (rows, columns)ᵀ. */
export function transpose(x: usize, out: usize, rows: i32, columns: i32): void {
  for (let j = 0; j < columns; j++)
    for (let i = 0; i < rows; i++, out += 4) f32.store(out, f32.load(x + ((<usize>(i * columns + j)) << 2)))
}

/**
 * Gradients of x, weight and, where dBias is not 0, bias; dx is added to what is there when `add` is 1, and left out
 * when dx is 0.
 */
export function linearBackward(
  dy: usize, x: usize, weight: usize, dx: usize, dWeight: usize, dBias: usize, scratch: usize,
  rows: i32, inner: i32, columns: i32, add: i32,
): void {
  if (dx) {
    const stride = (<usize>columns) << 2
    packRight(weight, (<usize>inner) << 2, 4, scratch, columns, inner)
    if (add) multiplyInto<AddTo>(dy, stride, 4, scratch, 0, dx, rows, columns, inner)
    else multiplyInto<Overwrite>(dy, stride, 4, scratch, 0, dx, rows, columns, inner)
  }
  if (inner < 4) narrowWeightGradient(dy, x, dWeight, scratch, rows, inner, columns)
  else {
    memory.fill(dWeight, 0, (<usize>(inner * columns)) << 2)
    addWeightGradient(dy, x, dWeight, rows, inner, columns)
  }
  if (dBias) {
    memory.fill(dBias, 0, (<usize>columns) << 2)
    sumColumns(dy, dBias, rows, columns)
  }
}
