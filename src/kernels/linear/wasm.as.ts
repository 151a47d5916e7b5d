// Linear layer: forward and dx through the packed product of ../matMul, the gradient of the weight in weightGradient.as.ts.
import { AddTo, Overwrite } from '../matMul/blocks.as'
import { multiplyInto, packRight } from '../matMul/wasm.as'
import { loadLanes, splat, store, storeLanes } from '../wasm/simd.as'
import { addWeightGradient } from './weightGradient.as'

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

/** The gradient of the weight by its transpose, xᵀ dy in `scratch`: full lanes where those of inputs would not be. */
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
  if ((inner & 7) && (inner < 4 || !(columns & 7))) narrowWeightGradient(dy, x, dWeight, scratch, rows, inner, columns)
  else {
    memory.fill(dWeight, 0, (<usize>(inner * columns)) << 2)
    addWeightGradient(dy, x, dWeight, rows, inner, columns)
  }
  if (dBias) {
    memory.fill(dBias, 0, (<usize>columns) << 2)
    sumColumns(dy, dBias, rows, columns)
  }
}
