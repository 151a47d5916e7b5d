// Blocks of a matrix product, with their sums in registers (layout of the packed right operand: wasm.as.ts).
import { load, loadLanes, madd, store, storeLanes } from '../wasm/simd.as'

/** What happens to the old contents of out; as types, so that each has loops of its own. */
export class Overwrite {}
export class AddTo {}

// @ts-expect-error: decorator
@inline
function put<Mode>(p: usize, x: v128, lanes: i32): void {
  storeLanes(p, idof<Mode>() == idof<AddTo>() ? f32x4.add(loadLanes(p, lanes), x) : x, lanes)
}

/** put for eight columns. */
// @ts-expect-error: decorator
@inline
function putPair<Mode>(p: usize, x: v128, y: v128): void {
  const a = idof<Mode>() == idof<AddTo>() ? f32x4.add(load(p), x) : x
  const b = idof<Mode>() == idof<AddTo>() ? f32x4.add(v128.load(p, 16), y) : y
  v128.store(p, b, 16)
  store(p, a)
}

/** put for the eight columns after those at `p`. */
// @ts-expect-error: decorator
@inline
function putSecondPair<Mode>(p: usize, x: v128, y: v128): void {
  const a = idof<Mode>() == idof<AddTo>() ? f32x4.add(v128.load(p, 32), x) : x
  const b = idof<Mode>() == idof<AddTo>() ? f32x4.add(v128.load(p, 48), y) : y
  v128.store(p, b, 48)
  v128.store(p, a, 32)
}

/** Four rows by eight columns, from `base` vectors. */
// @ts-expect-error: decorator
@inline
export function blockFourByEight<Mode>(
  a: usize, rowStride: usize, innerStride: usize, packed: usize, out: usize, outStride: usize,
  inner: i32, base0: v128, base1: v128,
): void {
  let c00 = base0
  let c01 = base1
  let c10 = base0
  let c11 = base1
  let c20 = base0
  let c21 = base1
  let c30 = base0
  let c31 = base1
  const a2 = a + 2 * rowStride
  let offset: usize = 0
  for (const end = packed + ((<usize>inner) << 5); packed < end; packed += 32, offset += innerStride) {
    const b0 = load(packed)
    const b1 = v128.load(packed, 16)
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
  putPair<Mode>(out, c00, c01)
  putPair<Mode>(out + outStride, c10, c11)
  putPair<Mode>(out + 2 * outStride, c20, c21)
  putPair<Mode>(out + 3 * outStride, c30, c31)
}

/** Four rows by sixteen columns, of which the second eight are packed `next` bytes after the first. */
// @ts-expect-error: decorator
@inline
export function blockFourBySixteen<Mode>(
  a: usize, rowStride: usize, innerStride: usize, packed: usize, next: usize, out: usize, outStride: usize, base: usize,
): void {
  let c00 = load(base)
  let c01 = v128.load(base, 16)
  let c02 = v128.load(base, 32)
  let c03 = v128.load(base, 48)
  let c10 = c00
  let c11 = c01
  let c12 = c02
  let c13 = c03
  let c20 = c00
  let c21 = c01
  let c22 = c02
  let c23 = c03
  let c30 = c00
  let c31 = c01
  let c32 = c02
  let c33 = c03
  const a2 = a + 2 * rowStride
  let offset: usize = 0
  for (const end = packed + next; packed < end; packed += 32, offset += innerStride) {
    const b0 = load(packed)
    const b1 = v128.load(packed, 16)
    const b2 = load(packed + next)
    const b3 = v128.load(packed + next, 16)
    const x0 = v128.load32_splat(a + offset)
    c00 = madd(x0, b0, c00)
    c01 = madd(x0, b1, c01)
    c02 = madd(x0, b2, c02)
    c03 = madd(x0, b3, c03)
    const x1 = v128.load32_splat(a + rowStride + offset)
    c10 = madd(x1, b0, c10)
    c11 = madd(x1, b1, c11)
    c12 = madd(x1, b2, c12)
    c13 = madd(x1, b3, c13)
    const x2 = v128.load32_splat(a2 + offset)
    c20 = madd(x2, b0, c20)
    c21 = madd(x2, b1, c21)
    c22 = madd(x2, b2, c22)
    c23 = madd(x2, b3, c23)
    const x3 = v128.load32_splat(a2 + rowStride + offset)
    c30 = madd(x3, b0, c30)
    c31 = madd(x3, b1, c31)
    c32 = madd(x3, b2, c32)
    c33 = madd(x3, b3, c33)
  }
  putPair<Mode>(out, c00, c01)
  putSecondPair<Mode>(out, c02, c03)
  putPair<Mode>(out + outStride, c10, c11)
  putSecondPair<Mode>(out + outStride, c12, c13)
  putPair<Mode>(out + 2 * outStride, c20, c21)
  putSecondPair<Mode>(out + 2 * outStride, c22, c23)
  putPair<Mode>(out + 3 * outStride, c30, c31)
  putSecondPair<Mode>(out + 3 * outStride, c32, c33)
}

/** One row by eight columns. */
// @ts-expect-error: decorator
@inline
export function blockOneByEight<Mode>(
  a: usize, innerStride: usize, packed: usize, out: usize, inner: i32, base0: v128, base1: v128,
): void {
  let c0 = base0
  let c1 = base1
  for (const end = packed + ((<usize>inner) << 5); packed < end; packed += 32, a += innerStride) {
    const x = v128.load32_splat(a)
    c0 = madd(x, load(packed), c0)
    c1 = madd(x, v128.load(packed, 16), c1)
  }
  putPair<Mode>(out, c0, c1)
}

/** Four rows by one column group of `lanes` columns. */
// @ts-expect-error: decorator
@inline
export function blockFourByOne<Mode>(
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
export function blockOneByOne<Mode>(a: usize, innerStride: usize, packed: usize, out: usize, inner: i32, base: v128, lanes: i32): void {
  let c = base
  for (const end = packed + ((<usize>inner) << 4); packed < end; packed += 16, a += innerStride)
    c = madd(v128.load32_splat(a), load(packed), c)
  put<Mode>(out, c, lanes)
}
