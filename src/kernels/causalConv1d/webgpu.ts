import { dispatch, grid, type Shader } from '../webgpu/dispatch.js'
import { ROWS_PER_PARTIAL, sumPartials } from '../webgpu/sumPartials.js'
import type { WebgpuKernel } from '../webgpu/webgpuKernel.js'
import type { ConvDims } from './plain.js'

type Dims = ConvDims & { readonly models: number; readonly outputShape: number[] }

const struct = 'struct Dims { sequences: u32, perModel: u32, l: u32, e: u32, k: u32, segments: u32 }'
/** One thread an element of (sequences, l, e), neighbours along the channels. */
const elementOf = /* wgsl */ `
@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i >= dims.sequences * dims.l * dims.e) { return; }
  let channel = i % dims.e;
  let t = i / dims.e % dims.l;
  let weightRow = i / dims.e / dims.l / dims.perModel * dims.e + channel;`

/** silu of the sum, and its slope for the backward pass. */
const forwardShader: Shader = {
  name: 'mambacastConv',
  code: /* wgsl */ `${struct}
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> result: array<f32>;
@group(0) @binding(4) var<storage, read_write> slope: array<f32>;
@group(0) @binding(5) var<uniform> dims: Dims;
${elementOf}
  var sum = bias[weightRow];
  for (var back = 0u; back < min(dims.k, t + 1u); back++) {
    sum += weight[weightRow * dims.k + dims.k - 1u - back] * x[i - back * dims.e];
  }
  let s = 1.0 / (1.0 + exp(-sum));
  result[i] = sum * s;
  slope[i] = s * (1.0 + sum * (1.0 - s));
}`,
}

/** dx[t] = sum_j weight[j] g[t+k-1-j] with g = dy slope. */
const inputShader: Shader = {
  name: 'mambacastConvInput',
  code: /* wgsl */ `${struct}
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> slope: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;
@group(0) @binding(4) var<uniform> dims: Dims;
${elementOf}
  var sum = 0.0;
  for (var ahead = 0u; ahead < min(dims.k, dims.l - t); ahead++) {
    let at = i + ahead * dims.e;
    sum += weight[weightRow * dims.k + dims.k - 1u - ahead] * dy[at] * slope[at];
  }
  dx[i] = sum;
}`,
}

/** dweight[j] = sum over the rows of a segment of g[t] x[t-k+1+j], dbias = sum of g. A workgroup is 16 channels by 16 rows at a time. */
const weightShader: Shader = {
  name: 'mambacastConvWeight',
  code: /* wgsl */ `${struct}
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> slope: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;
@group(0) @binding(4) var<uniform> dims: Dims;
var<workgroup> sums: array<f32, 256>; // [row][channel]

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3<u32>) {
  let channel = group.x * 16u + local % 16u;
  let perSequence = dims.segments / dims.perModel;
  let sequence = group.z * dims.perModel + group.y / perSequence;
  let begin = group.y % perSequence * ${ROWS_PER_PARTIAL}u;
  let end = min(begin + ${ROWS_PER_PARTIAL}u, dims.l);
  for (var j = 0u; j <= dims.k; j++) { // the last is the bias
    var sum = 0.0;
    if (channel < dims.e) {
      for (var t = begin + local / 16u; t < end; t += 16u) {
        let at = (sequence * dims.l + t) * dims.e + channel;
        var value = 1.0;
        if (j < dims.k) {
          let back = dims.k - 1u - j;
          value = 0.0;
          if (back <= t) { value = x[at - back * dims.e]; }
        }
        sum += dy[at] * slope[at] * value;
      }
    }
    workgroupBarrier();
    sums[local] = sum;
    workgroupBarrier();
    if (local < 16u && channel < dims.e) {
      for (var r = 1u; r < 16u; r++) { sum += sums[r * 16u + local]; }
      partials[((group.z * dims.segments + group.y) * dims.e + channel) * (dims.k + 1u) + j] = sum;
    }
  }
}`,
}

/** Keeps the slope of silu. */
export const webgpuConv: WebgpuKernel = {
  forward(backend, { x, weight, bias }, dims: Dims) {
    const { uniforms, elements } = layout(dims)
    const { outputShape } = dims
    return dispatch(backend, forwardShader, [x!, weight!, bias!], [outputShape, outputShape], uniforms, elements)
  },
  backward(backend, dy, { x, weight, bias, kept0: slope }, dims: Dims) {
    const { models, e, k } = dims
    const { uniforms, elements, segments } = layout(dims)
    const [dx] = dispatch(backend, inputShader, [dy, slope!, weight!], [x!.shape], uniforms, elements)
    const shape = [models, segments, e, k + 1]
    const groups = [Math.ceil(e / 16), segments, models] as const
    const [partials] = dispatch(backend, weightShader, [dy, slope!, x!], [shape], uniforms, groups)
    const sizes = { models, segments, rows: e, columns: k }
    return [dx!, ...sumPartials(backend, partials!, sizes, weight!.shape, bias!.shape)]
  },
}

/** `b` sequences of `l` steps in all, b / models of each model; segments are a model's. */
function layout({ models, b, l, e, k }: Dims) {
  const perModel = b / models
  const segments = perModel * Math.ceil(l / ROWS_PER_PARTIAL)
  const elements = grid(Math.ceil((b * l * e) / 64))
  return { segments, elements, uniforms: [b, perModel, l, e, k, segments] }
}
