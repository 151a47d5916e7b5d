// Gradient of a weight, dyᵀ x, over chunks of rows that stay in the L1 cache: four outputs by eight inputs at a time in registers,
// or sixteen where vectors are joined.
import { isWide, load, loadLanes, madd, splat, store, storeLanes } from '../wasm/simd.as'

/** Rows of x and dy that the weight gradient works on at a time. */
const CHUNK: i32 = 64

/** Four outputs by eight inputs of the weight gradient over `rows` rows, added to `dWeight`. */
// @ts-expect-error: decorator
@inline
function gradientFourByEight(dy: usize, dyStride: usize, x: usize, xStride: usize, dWeight: usize, rows: i32): void {
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
    const x1 = v128.load(x, 16)
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
  addPair(dWeight, c00, c01)
  addPair(dWeight + xStride, c10, c11)
  addPair(dWeight + 2 * xStride, c20, c21)
  addPair(dWeight + 3 * xStride, c30, c31)
}

/** Four outputs by sixteen inputs of the weight gradient over `rows` rows, added to `dWeight`. */
// @ts-expect-error: decorator
@inline
function gradientFourBySixteen(dy: usize, dyStride: usize, x: usize, xStride: usize, dWeight: usize, rows: i32): void {
  let c00 = splat(0)
  let c01 = splat(0)
  let c02 = splat(0)
  let c03 = splat(0)
  let c10 = splat(0)
  let c11 = splat(0)
  let c12 = splat(0)
  let c13 = splat(0)
  let c20 = splat(0)
  let c21 = splat(0)
  let c22 = splat(0)
  let c23 = splat(0)
  let c30 = splat(0)
  let c31 = splat(0)
  let c32 = splat(0)
  let c33 = splat(0)
  for (const end = x + <usize>rows * xStride; x < end; x += xStride, dy += dyStride) {
    const x0 = load(x)
    const x1 = v128.load(x, 16)
    const x2 = v128.load(x, 32)
    const x3 = v128.load(x, 48)
    const g0 = v128.load32_splat(dy)
    c00 = madd(g0, x0, c00)
    c01 = madd(g0, x1, c01)
    c02 = madd(g0, x2, c02)
    c03 = madd(g0, x3, c03)
    const g1 = v128.load32_splat(dy, 4)
    c10 = madd(g1, x0, c10)
    c11 = madd(g1, x1, c11)
    c12 = madd(g1, x2, c12)
    c13 = madd(g1, x3, c13)
    const g2 = v128.load32_splat(dy, 8)
    c20 = madd(g2, x0, c20)
    c21 = madd(g2, x1, c21)
    c22 = madd(g2, x2, c22)
    c23 = madd(g2, x3, c23)
    const g3 = v128.load32_splat(dy, 12)
    c30 = madd(g3, x0, c30)
    c31 = madd(g3, x1, c31)
    c32 = madd(g3, x2, c32)
    c33 = madd(g3, x3, c33)
  }
  addPair(dWeight, c00, c01)
  addSecondPair(dWeight, c02, c03)
  addPair(dWeight + xStride, c10, c11)
  addSecondPair(dWeight + xStride, c12, c13)
  addPair(dWeight + 2 * xStride, c20, c21)
  addSecondPair(dWeight + 2 * xStride, c22, c23)
  addPair(dWeight + 3 * xStride, c30, c31)
  addSecondPair(dWeight + 3 * xStride, c32, c33)
}

// @ts-expect-error: decorator
@inline
function addPair(p: usize, x: v128, y: v128): void {
  const a = f32x4.add(load(p), x)
  const b = f32x4.add(v128.load(p, 16), y)
  v128.store(p, b, 16)
  store(p, a)
}

// @ts-expect-error: decorator
@inline
function addSecondPair(p: usize, x: v128, y: v128): void {
  const a = f32x4.add(v128.load(p, 32), x)
  const b = f32x4.add(v128.load(p, 48), y)
  v128.store(p, b, 48)
  v128.store(p, a, 32)
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

/** One output by sixteen inputs. */
// @ts-expect-error: decorator
@inline
function gradientOneBySixteen(dy: usize, dyStride: usize, x: usize, xStride: usize, dWeight: usize, rows: i32): void {
  let c0 = splat(0)
  let c1 = splat(0)
  let c2 = splat(0)
  let c3 = splat(0)
  for (const end = x + <usize>rows * xStride; x < end; x += xStride, dy += dyStride) {
    const g = v128.load32_splat(dy)
    c0 = madd(g, load(x), c0)
    c1 = madd(g, v128.load(x, 16), c1)
    c2 = madd(g, v128.load(x, 32), c2)
    c3 = madd(g, v128.load(x, 48), c3)
  }
  addPair(dWeight, c0, c1)
  addSecondPair(dWeight, c2, c3)
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
      if (isWide())
        for (; i + 16 <= inner; i += 16, at += 64, row += 64) gradientFourBySixteen(g, dyStride, at, xStride, row, count)
      for (; i + 8 <= inner; i += 8, at += 32, row += 32) gradientFourByEight(g, dyStride, at, xStride, row, count)
      for (; i + 4 <= inner; i += 4, at += 16, row += 16) gradientFourByOne(g, dyStride, at, xStride, row, count, 4)
      if (i < inner) gradientFourByOne(g, dyStride, at, xStride, row, count, inner - i)
    }
    for (; o < columns; o++) {
      const g = dy + ((<usize>o) << 2)
      let at = x
      let row = dWeight + <usize>o * xStride
      let i = 0
      for (; i + 16 <= inner; i += 16, at += 64, row += 64) gradientOneBySixteen(g, dyStride, at, xStride, row, count)
      for (; i + 4 <= inner; i += 4, at += 16, row += 16) gradientOneByOne(g, dyStride, at, xStride, row, count, 4)
      if (i < inner) gradientOneByOne(g, dyStride, at, xStride, row, count, inner - i)
    }
    x += <usize>count * xStride
    dy += <usize>count * dyStride
  }
}
