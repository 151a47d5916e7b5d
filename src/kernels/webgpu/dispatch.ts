import type * as tf from '@tensorflow/tfjs'

/** One compute shader. Bindings, all in group 0: inputs in order, then outputs, then the uniforms. */
export interface Shader {
  readonly name: string
  readonly code: string
}

/** The part of tfjs-backend-webgpu 4.22.0 that is relied on; most of it is private. */
interface TfjsWebgpuBackend {
  readonly device: {
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
  tensorToBinding(tensor: tf.TensorInfo): object
  makeUniforms(uniforms: { type: 'uint32'; data: number[] }[]): object
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
  dispatchWorkgroups(x: number, y: number): void
}

const pipelines = new WeakMap<object, Map<string, Pipeline>>()

/** Queues `shader` on the backend's current pass, never waiting for it; returns new tensors of the shapes asked for. */
export function dispatch(
  backend: object,
  shader: Shader,
  inputs: readonly tf.TensorInfo[],
  outputShapes: readonly (readonly number[])[],
  uniforms: readonly number[],
  workgroups: readonly [number, number],
): tf.TensorInfo[] {
  const host = backend as TfjsWebgpuBackend
  const outputs = outputShapes.map((shape) => host.makeTensorInfo([...shape], 'float32'))
  const tensors = [...inputs, ...outputs]
  for (const { dataId } of tensors) host.uploadToGPU(dataId)
  const pipeline = pipelineOf(host, shader)
  const resources = [
    ...tensors.map((tensor) => host.tensorToBinding(tensor)),
    host.makeUniforms(uniforms.map((value) => ({ type: 'uint32', data: [value] }))),
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
  return outputs
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
