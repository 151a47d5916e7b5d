import type * as tf from '@tensorflow/tfjs'

/** One compute shader. Bindings, all in group 0: inputs in order, then outputs, then the uniforms. */
export interface Shader {
  /** One name per code: pipelines are kept by it. */
  readonly name: string
  readonly code: string
}

/** One field of the uniform struct, in its order: a number is u32. */
export type Uniform = number | { readonly f32: number }

/** The part of tfjs-backend-webgpu 4.22.0 that is relied on; most of it is private. */
interface TfjsWebgpuBackend {
  readonly device: {
    readonly limits: { readonly maxStorageBufferBindingSize: number }
    createShaderModule(descriptor: object): object
    createComputePipeline(descriptor: object): Pipeline
    createBindGroup(descriptor: object): object
  }
  readonly commandQueueOwnedIds: WeakSet<object>
  commandEncoder: { beginComputePass(): ComputePass }
  computePassEncoder: ComputePass | null
  dispatchCountInPass: number
  makeTensorInfo(shape: number[], dtype: 'float32'): tf.TensorInfo
  uploadToGPU(dataId: object): void
  disposeData(dataId: object): boolean
  tensorToBinding(tensor: tf.TensorInfo): object
  makeUniforms(uniforms: { type: 'uint32' | 'float32'; data: number[] }[]): object
  ensureCommandEncoderReady(): void
  endComputePassEncoder(): void
  submitQueue(): void
}

interface Pipeline {
  getBindGroupLayout(index: number): object
}

interface ComputePass {
  setPipeline(pipeline: Pipeline): void
  setBindGroup(index: number, group: object): void
  dispatchWorkgroups(x: number, y: number, z: number): void
}

const pipelines = new WeakMap<object, Map<string, Pipeline>>()

/** Queues `shader` on the backend's current pass, never waiting for it; returns new tensors of the shapes asked for. */
export function dispatch(
  backend: object,
  shader: Shader,
  inputs: readonly tf.TensorInfo[],
  outputShapes: readonly (readonly number[])[],
  uniforms: readonly Uniform[],
  workgroups: Workgroups,
): tf.TensorInfo[] {
  const outputs = outputShapes.map((shape) => newTensor(backend, shape))
  dispatchInto(backend, shader, inputs, outputs, uniforms, workgroups)
  return outputs
}

/** Workgroups in x, y and z; each at most `LARGEST_GRID`. */
export type Workgroups = readonly [number, number, number]

/** The least that every device offers in each dimension. */
const LARGEST_GRID = 65_535

/** Workgroups for `count` of them in x and y: the shader's own number is y · num_workgroups.x + x, which may be too high. */
export function grid(count: number): Workgroups {
  const y = Math.ceil(count / LARGEST_GRID)
  return [Math.ceil(count / y), y, 1]
}

/** A new tensor of the backend, with undefined contents. */
export const newTensor = (backend: object, shape: readonly number[]): tf.TensorInfo =>
  (backend as TfjsWebgpuBackend).makeTensorInfo([...shape], 'float32')

/** Frees what a kernel made for itself, once the queue has passed it. */
export const release = (backend: object, tensor: tf.TensorInfo): void => {
  ;(backend as TfjsWebgpuBackend).disposeData(tensor.dataId)
}

/**
 * As `dispatch`, into tensors that are there already.
 * @throws Error when the device takes no buffer or grid so large: it would compute nothing and say so too late
 */
export function dispatchInto(
  backend: object,
  shader: Shader,
  inputs: readonly tf.TensorInfo[],
  outputs: readonly tf.TensorInfo[],
  uniforms: readonly Uniform[],
  workgroups: Workgroups,
): void {
  const host = backend as TfjsWebgpuBackend
  if (workgroups.some((count) => count > LARGEST_GRID))
    throw new Error(`${shader.name}: ${workgroups.join(' x ')} workgroups are more than a device takes`)
  const tensors = [...inputs, ...outputs]
  const largest = 4 * Math.max(...tensors.map(({ shape }) => shape.reduce((size, dimension) => size * dimension, 1)))
  const { maxStorageBufferBindingSize } = host.device.limits
  if (largest > maxStorageBufferBindingSize)
    throw new Error(`${shader.name}: a tensor of ${largest} bytes, and this GPU binds ${maxStorageBufferBindingSize}`)
  for (const { dataId } of tensors) host.uploadToGPU(dataId)
  const pipeline = pipelineOf(host, shader)
  const resources = [
    ...tensors.map((tensor) => host.tensorToBinding(tensor)),
    host.makeUniforms(
      uniforms.map((value) =>
        typeof value === 'number' ? { type: 'uint32', data: [value] } : { type: 'float32', data: [value.f32] },
      ),
    ),
  ]
  const group = host.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: resources.map((resource, binding) => ({ binding, resource })),
  })
  for (const { dataId } of tensors) host.commandQueueOwnedIds.add(dataId)
  host.ensureCommandEncoderReady()
  host.computePassEncoder ??= host.commandEncoder.beginComputePass()
  host.computePassEncoder.setPipeline(pipeline)
  host.computePassEncoder.setBindGroup(0, group)
  host.computePassEncoder.dispatchWorkgroups(...workgroups)
  submitWhenFull(host)
}

/** As tfjs does with its own programs (WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE is 15). */
function submitWhenFull(host: TfjsWebgpuBackend): void {
  host.dispatchCountInPass++
  if (host.dispatchCountInPass < 15) return
  host.endComputePassEncoder()
  host.submitQueue()
}

function pipelineOf(host: TfjsWebgpuBackend, { name, code }: Shader): Pipeline {
  const known = pipelines.get(host.device) ?? new Map<string, Pipeline>()
  pipelines.set(host.device, known)
  const existing = known.get(name)
  if (existing) return existing
  const module = host.device.createShaderModule({ code, label: name })
  const pipeline = host.device.createComputePipeline({
    layout: 'auto',
    compute: { module, entryPoint: 'main' },
    label: name,
  })
  known.set(name, pipeline)
  return pipeline
}
