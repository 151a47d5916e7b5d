import type * as tf from '@tensorflow/tfjs'
import { dispatch, grid, release } from './dispatch.js'

/** Rows whose contributions to the gradient of a weight one workgroup adds up; the sums of all are added afterwards. */
export const ROWS_PER_PARTIAL = 256

const shader = (withBias: boolean) => ({
  name: `mambacastSumPartials${withBias ? 'Bias' : ''}`,
  code: /* wgsl */ `
struct Dims { models: u32, segments: u32, rows: u32, columns: u32 }
@group(0) @binding(0) var<storage, read> partials: array<f32>;
@group(0) @binding(1) var<storage, read_write> weight: array<f32>;
${withBias ? '@group(0) @binding(2) var<storage, read_write> bias: array<f32>;' : ''}
@group(0) @binding(${withBias ? 3 : 2}) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  let width = dims.columns${withBias ? ' + 1u' : ''};
  let size = dims.rows * width;
  if (i >= dims.models * size) { return; }
  let model = i / size;
  let element = i % size;
  var sum = 0.0;
  for (var s = 0u; s < dims.segments; s++) { sum += partials[(model * dims.segments + s) * size + element]; }
  let row = model * dims.rows + element / width;
  let column = element % width;
  ${
    withBias
      ? 'if (column == dims.columns) { bias[row] = sum; } else { weight[row * dims.columns + column] = sum; }'
      : 'weight[row * dims.columns + column] = sum;'
  }
}`,
})

const shaders = { plain: shader(false), bias: shader(true) }

export interface Partials {
  readonly models: number
  readonly segments: number
  readonly rows: number
  readonly columns: number
}

/**
 * Gradients of a weight (rows, columns) and, where `biasShape` is given, of a bias (rows) per model: partials (models,
 * segments, rows, columns [+ 1 for the bias]) added over the segments, always in the same order. Frees the partials.
 */
export function sumPartials(
  backend: object,
  partials: tf.TensorInfo,
  { models, segments, rows, columns }: Partials,
  weightShape: readonly number[],
  biasShape?: readonly number[],
): tf.TensorInfo[] {
  const count = models * rows * (columns + (biasShape ? 1 : 0))
  const outputs = biasShape ? [weightShape, biasShape] : [weightShape]
  const sums = dispatch(
    backend,
    biasShape ? shaders.bias : shaders.plain,
    [partials],
    outputs,
    [models, segments, rows, columns],
    grid(Math.ceil(count / 64)),
  )
  release(backend, partials)
  return sums
}
