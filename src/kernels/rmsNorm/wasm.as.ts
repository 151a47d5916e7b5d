// Root mean square normalisation, one row of d at a time on SIMD lanes along the row.
import { horizontalSum, loadLanes, madd, splat, storeLanes } from '../wasm/simd.as'

// @ts-expect-error: decorator
@inline
function inverseRms(x: usize, d: i32, epsilon: f32): f32 {
  let sum = splat(0)
  for (let j = 0; j < d; j += 4) {
    const v = loadLanes(x + ((<usize>j) << 2), min(4, d - j))
    sum = madd(v, v, sum)
  }
  return 1 / sqrt<f32>(horizontalSum(sum) / <f32>d + epsilon)
}

/** out (rows, d) = x / sqrt(mean(x²) + epsilon) weight. */
export function rmsNormForward(x: usize, weight: usize, out: usize, rows: i32, d: i32, epsilon: f32): void {
  for (let row = 0; row < rows; row++) {
    const r = splat(inverseRms(x, d, epsilon))
    for (let j = 0; j < d; j += 4) {
      const at = (<usize>j) << 2
      const lanes = min(4, d - j)
      storeLanes(out + at, f32x4.mul(f32x4.mul(loadLanes(x + at, lanes), r), loadLanes(weight + at, lanes)), lanes)
    }
    x += (<usize>d) << 2
    out += (<usize>d) << 2
  }
}

/** dx = r w dy - x r³ mean(w dy x), and dWeight = sum dy x r, with r the inverse root. */
export function rmsNormBackward(
  dy: usize, x: usize, weight: usize, dx: usize, dWeight: usize, rows: i32, d: i32, epsilon: f32,
): void {
  memory.fill(dWeight, 0, (<usize>d) << 2)
  rmsNormBackwardRows(dy, x, weight, dx, dWeight, rows, d, epsilon)
}

/** rmsNormBackward for some of the rows: adds to dWeight. */
export function rmsNormBackwardRows(
  dy: usize, x: usize, weight: usize, dx: usize, dWeight: usize, rows: i32, d: i32, epsilon: f32,
): void {
  const rowBytes = (<usize>d) << 2
  for (let row = 0; row < rows; row++) {
    const inverse = inverseRms(x, d, epsilon)
    const r = splat(inverse)
    let dot = splat(0)
    for (let j = 0; j < d; j += 4) {
      const at = (<usize>j) << 2
      const lanes = min(4, d - j)
      const dyx = f32x4.mul(loadLanes(dy + at, lanes), loadLanes(x + at, lanes))
      dot = madd(dyx, loadLanes(weight + at, lanes), dot)
      storeLanes(dWeight + at, madd(dyx, r, loadLanes(dWeight + at, lanes)), lanes)
    }
    const pull = splat((-inverse * inverse * inverse * horizontalSum(dot)) / <f32>d)
    for (let j = 0; j < d; j += 4) {
      const at = (<usize>j) << 2
      const lanes = min(4, d - j)
      const scaled = f32x4.mul(f32x4.mul(r, loadLanes(weight + at, lanes)), loadLanes(dy + at, lanes))
      storeLanes(dx + at, madd(loadLanes(x + at, lanes), pull, scaled), lanes)
    }
    x += rowBytes
    dy += rowBytes
    dx += rowBytes
  }
}
