// Matrix product on SIMD lanes of four columns. The right operand is first packed as vectors [column group][inner], so
// that every transposition of it costs the same; the left one is read one float at a time through its two strides.
// A block of four rows by two column groups keeps eight accumulators in registers.
import { horizontalSum, load, loadLanes, madd, splat, storeLanes, transposedSum } from '../wasm/simd.as'

/** Bytes of scratch for a packed right operand. */
export function packedBytes(inner: i32, columns: i32): i32 {
  return ((columns + 3) >> 2) * inner * 16
}

/** Packs element (p, j) of the right operand, at b + p innerStride + j columnStride, with zeros beyond the last column. */
export function packRight(b: usize, innerStride: usize, columnStride: usize, packed: usize, inner: i32, columns: i32): void {
  for (let j = 0; j < columns; j += 4)
    for (let p = 0; p < inner; p++) {
      const at = b + <usize>p * innerStride + <usize>j * columnStride
      for (let lane = 0; lane < 4; lane++) {
        const value: f32 = j + lane < columns ? f32.load(at + <usize>lane * columnStride) : 0
        f32.store(packed + ((<usize>lane) << 2), value)
      }
      packed += 16
    }
}

/** What happens to the old contents of out; as types, so that each has loops of its own. */
export class Overwrite {}
export class AddTo {}

// @ts-expect-error: decorator
@inline
function put<Mode>(p: usize, x: v128, lanes: i32): void {
  storeLanes(p, idof<Mode>() == idof<AddTo>() ? f32x4.add(loadLanes(p, lanes), x) : x, lanes)
}

/** Four rows by eight columns (the last `lanes` columns of the second group), from `base` vectors. */
// @ts-expect-error: decorator
@inline
function blockFourByTwo<Mode>(
  a: usize, rowStride: usize, innerStride: usize, packed: usize, out: usize, outStride: usize,
  inner: i32, base0: v128, base1: v128, lanes: i32,
): void {
  let c00 = base0
  let c01 = base1
  let c10 = base0
  let c11 = base1
  let c20 = base0
  let c21 = base1
  let c30 = base0
  let c31 = base1
  const next = (<usize>inner) << 4
  const a2 = a + 2 * rowStride
  let offset: usize = 0
  for (const end = packed + next; packed < end; packed += 16, offset += innerStride) {
    const b0 = load(packed)
    const b1 = load(packed + next)
    const x0 = v128.load32_splat(a + offset)
    c00 = madd(x0, b0, c00)
    c01 = madd(x0, b1, c01)
    const x1 = v128.load32_splat(a + rowStride + offset)
    c10 = madd(x1, b0, c10)
    c11 = madd(x1, b1, c11)
    const x2 = v128.load32_splat(a2 + offset)
    c20 = madd(x2, b0, c20)
    c21 = madd(x2, b1, c21)
    const x3 = v128.load32_splat(a2 + rowStride + offset)
    c30 = madd(x3, b0, c30)
    c31 = madd(x3, b1, c31)
  }
  put<Mode>(out, c00, 4)
  put<Mode>(out + 16, c01, lanes)
  put<Mode>(out + outStride, c10, 4)
  put<Mode>(out + outStride + 16, c11, lanes)
  put<Mode>(out + 2 * outStride, c20, 4)
  put<Mode>(out + 2 * outStride + 16, c21, lanes)
  put<Mode>(out + 3 * outStride, c30, 4)
  put<Mode>(out + 3 * outStride + 16, c31, lanes)
}

/** Four rows by one column group of `lanes` columns. */
// @ts-expect-error: decorator
@inline
function blockFourByOne<Mode>(
  a: usize, rowStride: usize, innerStride: usize, packed: usize, out: usize, outStride: usize,
  inner: i32, base: v128, lanes: i32,
): void {
  let c0 = base
  let c1 = base
  let c2 = base
  let c3 = base
  let offset: usize = 0
  for (const end = packed + ((<usize>inner) << 4); packed < end; packed += 16, offset += innerStride) {
    const b = load(packed)
    c0 = madd(v128.load32_splat(a + offset), b, c0)
    c1 = madd(v128.load32_splat(a + rowStride + offset), b, c1)
    c2 = madd(v128.load32_splat(a + 2 * rowStride + offset), b, c2)
    c3 = madd(v128.load32_splat(a + 3 * rowStride + offset), b, c3)
  }
  put<Mode>(out, c0, lanes)
  put<Mode>(out + outStride, c1, lanes)
  put<Mode>(out + 2 * outStride, c2, lanes)
  put<Mode>(out + 3 * outStride, c3, lanes)
}

/** One row by one column group of `lanes` columns. */
// @ts-expect-error: decorator
@inline
function blockOneByOne<Mode>(a: usize, innerStride: usize, packed: usize, out: usize, inner: i32, base: v128, lanes: i32): void {
  let c = base
  for (const end = packed + ((<usize>inner) << 4); packed < end; packed += 16, a += innerStride)
    c = madd(v128.load32_splat(a), load(packed), c)
  put<Mode>(out, c, lanes)
}

/** As multiplyInto<Overwrite>; for the host. */
export function multiplyPacked(
  a: usize, rowStride: usize, innerStride: usize, packed: usize, bias: usize, out: usize,
  rows: i32, inner: i32, columns: i32,
): void {
  multiplyInto<Overwrite>(a, rowStride, innerStride, packed, bias, out, rows, inner, columns)
}

/**
 * out (rows, columns) = a times the packed right operand, plus `bias` (one vector per column group, or 0 for none);
 * element (i, p) of a is at a + i rowStride + p innerStride.
 */
export function multiplyInto<Mode>(
  a: usize, rowStride: usize, innerStride: usize, packed: usize, bias: usize, out: usize,
  rows: i32, inner: i32, columns: i32,
): void {
  const outStride = (<usize>columns) << 2
  const groupBytes = (<usize>inner) << 4
  let i = 0
  for (; i + 4 <= rows; i += 4) {
    let b = packed
    let base = bias
    let j = 0
    for (; j + 8 <= columns; j += 8) {
      const base0 = bias ? load(base) : splat(0)
      const base1 = bias ? load(base + 16) : splat(0)
      blockFourByTwo<Mode>(a, rowStride, innerStride, b, out + ((<usize>j) << 2), outStride, inner, base0, base1, 4)
      b += 2 * groupBytes
      base += 32
    }
    for (; j < columns; j += 4) {
      const base0 = bias ? load(base) : splat(0)
      blockFourByOne<Mode>(a, rowStride, innerStride, b, out + ((<usize>j) << 2), outStride, inner, base0, min(4, columns - j))
      b += groupBytes
      base += 16
    }
    a += 4 * rowStride
    out += 4 * outStride
  }
  for (; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const group = <usize>(j >> 2)
      const base0 = bias ? load(bias + (group << 4)) : splat(0)
      blockOneByOne<Mode>(
        a, innerStride, packed + group * groupBytes, out + ((<usize>j) << 2), inner, base0, min(4, columns - j))
    }
    a += rowStride
    out += outStride
  }
}

/**
 * out (rows, columns) = x (rows, inner) rightᵀ, right (columns, inner), by sums along the inner dimension: for fewer than four
 * columns, where lanes of columns would be empty. A row has the same bits alone as among four.
 */
export function multiplyNarrow(x: usize, right: usize, out: usize, rows: i32, inner: i32, columns: i32): void {
  const stride = (<usize>inner) << 2
  const outStride = (<usize>columns) << 2
  for (let j = 0; j < columns; j++, right += stride) {
    let a = x
    let to = out + ((<usize>j) << 2)
    let i = 0
    for (; i + 4 <= rows; i += 4, a += 4 * stride, to += 4 * outStride) {
      let c0 = splat(0)
      let c1 = splat(0)
      let c2 = splat(0)
      let c3 = splat(0)
      for (let p = 0; p < inner; p += 4) {
        const lanes = min(4, inner - p)
        const at = (<usize>p) << 2
        const b = loadLanes(right + at, lanes)
        c0 = madd(loadLanes(a + at, lanes), b, c0)
        c1 = madd(loadLanes(a + stride + at, lanes), b, c1)
        c2 = madd(loadLanes(a + 2 * stride + at, lanes), b, c2)
        c3 = madd(loadLanes(a + 3 * stride + at, lanes), b, c3)
      }
      const sums = transposedSum(c0, c1, c2, c3)
      v128.store32_lane(to, sums, 0)
      v128.store32_lane(to + outStride, sums, 1)
      v128.store32_lane(to + 2 * outStride, sums, 2)
      v128.store32_lane(to + 3 * outStride, sums, 3)
    }
    for (; i < rows; i++, a += stride, to += outStride) {
      let c = splat(0)
      for (let p = 0; p < inner; p += 4) {
        const lanes = min(4, inner - p)
        c = madd(loadLanes(a + ((<usize>p) << 2), lanes), loadLanes(right + ((<usize>p) << 2), lanes), c)
      }
      f32.store(to, horizontalSum(c))
    }
  }
}
