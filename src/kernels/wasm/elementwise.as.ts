// Small elementwise kernels between the operations.
import { exp, loadLanes, storeLanes } from './simd.as'

/** out = -e^x for `size` floats. */
export function negativeExp(x: usize, out: usize, size: i32): void {
  for (; size > 0; size -= 4, x += 16, out += 16) {
    const lanes = min(4, size)
    storeLanes(out, f32x4.neg(exp(loadLanes(x, lanes))), lanes)
  }
}

/** out += x for `size` floats. */
export function addElements(x: usize, out: usize, size: i32): void {
  for (; size > 0; size -= 4, x += 16, out += 16) {
    const lanes = min(4, size)
    storeLanes(out, f32x4.add(loadLanes(out, lanes), loadLanes(x, lanes)), lanes)
  }
}

/** out = x y for `size` floats. */
export function multiplyElements(x: usize, y: usize, out: usize, size: i32): void {
  for (; size > 0; size -= 4, x += 16, y += 16, out += 16) {
    const lanes = min(4, size)
    storeLanes(out, f32x4.mul(loadLanes(x, lanes), loadLanes(y, lanes)), lanes)
  }
}
