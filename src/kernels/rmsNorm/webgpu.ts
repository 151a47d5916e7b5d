import { dispatch, grid, type Shader } from '../webgpu/dispatch.js'
import { ROWS_PER_PARTIAL, sumPartials } from '../webgpu/sumPartials.js'
import type { WebgpuKernel } from '../webgpu/webgpuKernel.js'
import type { RmsNormDims } from './plain.js'

type Dims = RmsNormDims & { readonly models: number; readonly outputShape: number[] }

const struct = 'struct Dims { rows: u32, perModel: u32, d: u32, segments: u32, epsilon: f32 }'
const rowOf = /* wgsl */ `
  let row = (group.y * groups.x + group.x) * 64u + local;
  if (row >= dims.rows) { return; }
  let at = row * dims.d;
  let weightAt = row / dims.perModel * dims.d;`
const builtins = /* wgsl */ `
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,`

/** One thread a row. */
const forwardShader: Shader = {
  name: 'mambacastRmsNorm',
  code: /* wgsl */ `${struct}
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;
@group(0) @binding(3) var<storage, read_write> inverse: array<f32>;
@group(0) @binding(4) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(${builtins}) {${rowOf}
  var sum = 0.0;
  for (var j = 0u; j < dims.d; j++) { sum += x[at + j] * x[at + j]; }
  let r = 1.0 / sqrt(sum / f32(dims.d) + dims.epsilon);
  inverse[row] = r;
  for (var j = 0u; j < dims.d; j++) { result[at + j] = x[at + j] * r * weight[weightAt + j]; }
}`,
}

/** dx = r (w dy) - x r³ mean(w dy x), one thread a row. */
const inputShader: Shader = {
  name: 'mambacastRmsNormInput',
  code: /* wgsl */ `${struct}
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> inverse: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;
@group(0) @binding(5) var<uniform> dims: Dims;

@compute @workgroup_size(64)
fn main(${builtins}) {${rowOf}
  let r = inverse[row];
  var dot = 0.0;
  for (var j = 0u; j < dims.d; j++) { dot += dy[at + j] * weight[weightAt + j] * x[at + j]; }
  let shift = r * r * r * dot / f32(dims.d);
  for (var j = 0u; j < dims.d; j++) { dx[at + j] = r * weight[weightAt + j] * dy[at + j] - x[at + j] * shift; }
}`,
}

/** dweight = sum of dy x r over the rows of a segment. A workgroup is 16 columns by 16 rows at a time. */
const weightShader: Shader = {
  name: 'mambacastRmsNormWeight',
  code: /* wgsl */ `${struct}
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> inverse: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;
@group(0) @binding(4) var<uniform> dims: Dims;
var<workgroup> sums: array<f32, 256>; // [row][column]

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let j = group.x * 16u + local % 16u;
  let begin = group.y * ${ROWS_PER_PARTIAL}u;
  let end = min(begin + ${ROWS_PER_PARTIAL}u, dims.perModel);
  var sum = 0.0;
  if (j < dims.d) {
    for (var t = begin + local / 16u; t < end; t += 16u) {
      let row = group.z * dims.perModel + t;
      sum += dy[row * dims.d + j] * x[row * dims.d + j] * inverse[row];
    }
  }
  sums[local] = sum;
  workgroupBarrier();
  if (local >= 16u || j >= dims.d) { return; }
  for (var k = 1u; k < 16u; k++) { sum += sums[k * 16u + local]; }
  partials[(group.z * dims.segments + group.y) * dims.d + j] = sum;
}`,
}

/** Keeps the inverse root of every row. */
export const webgpuRmsNorm: WebgpuKernel = {
  forward(backend, { x, weight }, dims: Dims) {
    const { uniforms, rows } = layout(dims)
    return dispatch(backend, forwardShader, [x!, weight!], [dims.outputShape, [dims.rows]], uniforms, rows)
  },
  backward(backend, dy, { x, weight, kept0: inverse }, dims: Dims) {
    const { models, d } = dims
    const { uniforms, rows, segments } = layout(dims)
    const [dx] = dispatch(backend, inputShader, [dy, x!, weight!, inverse!], [x!.shape], uniforms, rows)
    const groups = [Math.ceil(d / 16), segments, models] as const
    const [partials] = dispatch(backend, weightShader, [dy, x!, inverse!], [[models, segments, d]], uniforms, groups)
    return [dx!, ...sumPartials(backend, partials!, { models, segments, rows: 1, columns: d }, weight!.shape)]
  },
}

function layout({ models, rows, d, epsilon }: Dims) {
  const perModel = rows / models
  const segments = Math.ceil(perModel / ROWS_PER_PARTIAL)
  return { segments, rows: grid(Math.ceil(rows / 64)), uniforms: [rows, perModel, d, segments, { f32: epsilon }] }
}
