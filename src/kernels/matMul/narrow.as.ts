// Matrix product of fewer than four columns.
import { horizontalSum, load, loadLanes, madd, splat, transposedSum } from '../wasm/simd.as'

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
      let p = 0
      for (; p + 4 <= inner; p += 4) {
        const at = (<usize>p) << 2
        const b = load(right + at)
        c0 = madd(load(a + at), b, c0)
        c1 = madd(load(a + stride + at), b, c1)
        c2 = madd(load(a + 2 * stride + at), b, c2)
        c3 = madd(load(a + 3 * stride + at), b, c3)
      }
      if (p < inner) {
        const lanes = inner - p
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
