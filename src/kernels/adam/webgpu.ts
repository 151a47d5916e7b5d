import type * as tf from '@tensorflow/tfjs'
import { dispatchInto, grid, newTensor, type Shader } from '../webgpu/dispatch.js'
import type { AdamStep } from './plain.js'

/** One thread an element; m and v from `offset` on. */
const shader: Shader = {
  name: 'mambacastAdam',
  code: /* wgsl */ `
struct Step {
  size: u32, offset: u32, keep: f32, decay: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32,
  stepSize: f32, rootScale: f32, epsilon: f32,
}
@group(0) @binding(0) var<storage, read> parameter: array<f32>;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read> m: array<f32>;
@group(0) @binding(3) var<storage, read> v: array<f32>;
@group(0) @binding(4) var<storage, read_write> nextParameter: array<f32>;
@group(0) @binding(5) var<storage, read_write> nextM: array<f32>;
@group(0) @binding(6) var<storage, read_write> nextV: array<f32>;
@group(0) @binding(7) var<uniform> step: Step;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) local: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i >= step.size) { return; }
  let at = step.offset + i;
  let p = parameter[i] * step.keep;
  let g = gradient[i] + step.decay * p;
  let mean = step.beta1 * m[at] + step.rest1 * g;
  let square = step.beta2 * v[at] + step.rest2 * g * g;
  nextM[at] = mean;
  nextV[at] = square;
  nextParameter[i] = p - step.stepSize * mean / (sqrt(square) * step.rootScale + step.epsilon);
}`,
}

/** Kernel 'Adam' in WGSL, one dispatch per parameter; inputs and outputs as plainAdamKernel. */
export const webgpuAdamKernel: tf.KernelConfig['kernelFunc'] = (params) => {
  const backend = params.backend as object
  const inputs = params.inputs as Record<string, tf.TensorInfo>
  const constants = constantsOf(params.attrs as unknown as AdamStep).map((f32) => ({ f32 }))
  const [m, v] = [inputs.m!, inputs.v!]
  const moments = [newTensor(backend, m.shape), newTensor(backend, v.shape)]
  const outputs: tf.TensorInfo[] = []
  let offset = 0
  for (let i = 0; inputs[`p${i}`]; i++) {
    const parameter = inputs[`p${i}`]!
    const size = parameter.shape.reduce((product, dimension) => product * dimension, 1)
    const output = newTensor(backend, parameter.shape)
    const read = [parameter, inputs[`g${i}`]!, m, v]
    dispatchInto(backend, shader, read, [output, ...moments], [size, offset, ...constants], grid(Math.ceil(size / 64)))
    outputs.push(output)
    offset += size
  }
  return [...outputs, ...moments]
}

/** In the order of the shader's struct, computed in double precision. */
function constantsOf({ learningRate, beta1, beta2, epsilon, weightDecay, decoupled, step }: AdamStep): number[] {
  const [keep, decay] = decoupled ? [1 - learningRate * weightDecay, 0] : [1, weightDecay]
  const stepSize = learningRate / (1 - beta1 ** step)
  const rootScale = 1 / Math.sqrt(1 - beta2 ** step)
  return [keep, decay, beta1, 1 - beta1, beta2, 1 - beta2, stepSize, rootScale, epsilon]
}
