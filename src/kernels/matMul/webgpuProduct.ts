import type * as tf from '@tensorflow/tfjs'
import { dispatch, type Shader } from '../webgpu/dispatch.js'

// out[batch, segment, i, j] = [bias[batch, j] +] sum over p in the segment of left(i, p) right(p, j), by tiles in workgroup
// memory. tfjs's own product adds with atomics in any order where the inner dimension is long (its SplitK program), which
// the gradient of a weight is: two runs would differ. Here each segment's sum is an output of its own.

/** Inner dimension of a tile. */
const DEPTH = 16

/** How a matrix lies in memory: elements between neighbouring rows and columns, and between matrices of the batch. */
export interface Operand {
  readonly tensor: tf.TensorInfo
  readonly rowStride: number
  readonly columnStride: number
  readonly batchStride: number
}

export interface ProductDims {
  readonly batch: number
  readonly rows: number
  readonly inner: number
  readonly columns: number
  /** Pieces of the inner dimension, each summed for itself. Default 1. */
  readonly segments?: number
  /** Adds a last column: the sums of left's rows (the gradient of a bias). */
  readonly onesColumn?: boolean
}

/** Fewer columns, more rows: 1,024 outputs a workgroup, four a thread. */
const tileColumns = (columns: number): number => (columns <= 8 ? 8 : columns <= 16 ? 16 : 32)

function shader(columns: number, hasBias: boolean, leftAlongRows: boolean): Shader {
  const rows = 1024 / columns
  const stride = 256 / columns
  const leftIndex = leftAlongRows
    ? `let r = i % ${rows}u; let p = i / ${rows}u;`
    : `let p = i % ${DEPTH}u; let r = i / ${DEPTH}u;`
  return {
    name: `mambacastProduct${columns}${hasBias ? 'Bias' : ''}${leftAlongRows ? 'T' : ''}`,
    code: /* wgsl */ `
struct Dims {
  rows: u32, inner: u32, columns: u32, segments: u32, depth: u32, ones: u32,
  leftRow: u32, leftColumn: u32, leftBatch: u32, rightRow: u32, rightColumn: u32, rightBatch: u32,
}
@group(0) @binding(0) var<storage, read> left: array<f32>;
@group(0) @binding(1) var<storage, read> right: array<f32>;
${hasBias ? '@group(0) @binding(2) var<storage, read> bias: array<f32>;' : ''}
@group(0) @binding(${hasBias ? 3 : 2}) var<storage, read_write> result: array<f32>;
@group(0) @binding(${hasBias ? 4 : 3}) var<uniform> dims: Dims;
var<workgroup> leftTile: array<f32, ${rows * DEPTH}>;     // [depth][row]
var<workgroup> rightTile: array<f32, ${DEPTH * columns}>; // [depth][column]

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let batch = group.z / dims.segments;
  let firstRow = group.x * ${rows}u;
  let firstColumn = group.y * ${columns}u;
  let begin = (group.z % dims.segments) * dims.depth;
  let end = min(begin + dims.depth, dims.inner);
  let width = dims.columns + dims.ones;
  let column = local % ${columns}u;
  let row = local / ${columns}u;
  var sums: array<f32, 4>;
  for (var start = begin; start < end; start += ${DEPTH}u) {
    for (var i = local; i < ${rows * DEPTH}u; i += 256u) {
      ${leftIndex}
      var value = 0.0;
      if (firstRow + r < dims.rows && start + p < end) {
        value = left[batch * dims.leftBatch + (firstRow + r) * dims.leftRow + (start + p) * dims.leftColumn];
      }
      leftTile[p * ${rows}u + r] = value;
    }
    for (var i = local; i < ${DEPTH * columns}u; i += 256u) {
      let p = i / ${columns}u;
      let j = firstColumn + i % ${columns}u;
      var value = 0.0;
      if (start + p < end) {
        if (j < dims.columns) {
          value = right[batch * dims.rightBatch + (start + p) * dims.rightRow + j * dims.rightColumn];
        } else if (j < width) { value = 1.0; }
      }
      rightTile[i] = value;
    }
    workgroupBarrier();
    for (var p = 0u; p < ${DEPTH}u; p++) {
      let value = rightTile[p * ${columns}u + column];
      for (var k = 0u; k < 4u; k++) { sums[k] += leftTile[p * ${rows}u + row + k * ${stride}u] * value; }
    }
    workgroupBarrier();
  }
  let j = firstColumn + column;
  if (j >= width) { return; }
  for (var k = 0u; k < 4u; k++) {
    let i = firstRow + row + k * ${stride}u;
    if (i >= dims.rows) { return; }
    ${hasBias ? 'sums[k] += bias[batch * dims.columns + j];' : ''}
    result[(group.z * dims.rows + i) * width + j] = sums[k];
  }
}`,
  }
}

/** The product as (batch, segments, rows, columns [+ 1]) in a new tensor of `shape`; `bias` (batch, columns) is added to every row. */
export function webgpuProduct(
  backend: object,
  left: Operand,
  right: Operand,
  { batch, rows, inner, columns, segments = 1, onesColumn = false }: ProductDims,
  shape: readonly number[],
  bias?: tf.TensorInfo,
): tf.TensorInfo {
  const width = columns + (onesColumn ? 1 : 0)
  const tile = tileColumns(width)
  const program = shader(tile, bias !== undefined, left.rowStride < left.columnStride)
  const inputs = [left.tensor, right.tensor, ...(bias ? [bias] : [])]
  const strides = [left, right].flatMap((operand) => [operand.rowStride, operand.columnStride, operand.batchStride])
  const uniforms = [rows, inner, columns, segments, Math.ceil(inner / segments), onesColumn ? 1 : 0, ...strides]
  const groups = [Math.ceil((rows * tile) / 1024), Math.ceil(width / tile), batch * segments] as const
  return dispatch(backend, program, inputs, [shape], uniforms, groups)[0]!
}
