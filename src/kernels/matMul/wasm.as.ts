// Matrix product on SIMD lanes of columns. The right operand is first packed as pairs of vectors [eight columns][inner], then,
// for what is left of the columns, as vectors [four columns][inner], so that every transposition of it costs the same; the
// left one is read one float at a time through its two strides. A block of four rows by eight columns, or sixteen
// where vectors are joined, keeps eight accumulators in registers.
import { isWide, load, zeros } from '../wasm/simd.as'
import { blockFourByEight, blockFourByOne, blockFourBySixteen, blockOneByEight, blockOneByOne, Overwrite } from './blocks.as'

/** Bytes of scratch for a packed right operand. */
export function packedBytes(inner: i32, columns: i32): i32 {
  return ((columns + 3) >> 2) * inner * 16
}

/** Packs element (p, j) of the right operand, at b + p innerStride + j columnStride, with zeros beyond the last column. */
export function packRight(b: usize, innerStride: usize, columnStride: usize, packed: usize, inner: i32, columns: i32): void {
  let width = 8
  for (let j = 0; j < columns; j += width) {
    if (columns - j < 8) width = 4
    for (let p = 0; p < inner; p++) {
      const at = b + <usize>p * innerStride + <usize>j * columnStride
      for (let lane = 0; lane < width; lane++, packed += 4)
        f32.store(packed, j + lane < columns ? f32.load(at + <usize>lane * columnStride) : 0)
    }
  }
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
  const vectors = (<usize>inner) << 4
  const step: usize = bias ? 16 : 0
  let i = 0
  for (; i + 4 <= rows; i += 4, a += 4 * rowStride, out += 4 * outStride) {
    let b = packed
    let base = bias ? bias : zeros()
    let to = out
    let j = 0
    if (isWide())
      for (; j + 16 <= columns; j += 16, b += 4 * vectors, base += 4 * step, to += 64)
        blockFourBySixteen<Mode>(a, rowStride, innerStride, b, 2 * vectors, to, outStride, base)
    for (; j + 8 <= columns; j += 8, b += 2 * vectors, base += 2 * step, to += 32) {
      const base0 = load(base)
      const base1 = v128.load(base, 16)
      blockFourByEight<Mode>(a, rowStride, innerStride, b, to, outStride, inner, base0, base1)
    }
    for (; j < columns; j += 4, b += vectors, base += step, to += 16) {
      const base0 = load(base)
      blockFourByOne<Mode>(a, rowStride, innerStride, b, to, outStride, inner, base0, min(4, columns - j))
    }
  }
  for (; i < rows; i++, a += rowStride, out += outStride) {
    let b = packed
    let base = bias ? bias : zeros()
    let to = out
    let j = 0
    for (; j + 8 <= columns; j += 8, b += 2 * vectors, base += 2 * step, to += 32) {
      const base0 = load(base)
      const base1 = v128.load(base, 16)
      blockOneByEight<Mode>(a, innerStride, b, to, inner, base0, base1)
    }
    for (; j < columns; j += 4, b += vectors, base += step, to += 16) {
      const base0 = load(base)
      blockOneByOne<Mode>(a, innerStride, b, to, inner, base0, min(4, columns - j))
    }
  }
}
