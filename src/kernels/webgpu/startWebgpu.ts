import * as tf from '@tensorflow/tfjs'
import { mayHaveGpu } from '../gpuHint.js'

/** The part of the WebGPU interface used here; its own types come with an optional package. */
interface Adapter {
  readonly info: { readonly vendor: string; readonly architecture: string; readonly description: string }
  readonly features: ReadonlySet<string>
  readonly limits: Record<string, number>
  requestDevice(descriptor: object): Promise<object>
}

interface WebgpuPackage {
  readonly globals: object
  create(flags: string[]): { requestAdapter(options: object): Promise<Adapter | null> }
}

// Optional packages: named in variables so that the compiler does not look for them.
const bindings: string = 'webgpu'
const tfjsBackend: string = '@tensorflow/tfjs-backend-webgpu'

/** Limits that the kernels or large models need beyond the defaults, raised to what the adapter has. */
const raisedLimits = [
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
]

export interface StartedAdapter {
  readonly name: string
  /** Whether its driver runs shaders on the processor. */
  readonly isSoftware: boolean
}

/**
 * Registers tfjs backend 'webgpu' on a device of this machine (Dawn, npm `webgpu`) and says which adapter it is. While
 * it is registered the process stays alive: stopWebgpu releases it.
 * @throws Error when a package or an adapter is missing, or the adapter is software and `allowSoftware` is false
 */
export async function startWebgpu(allowSoftware: boolean): Promise<StartedAdapter> {
  if (!allowSoftware && !mayHaveGpu()) throw new Error('this machine has no GPU device')
  const { create, globals } = await importOptional<WebgpuPackage>(bindings)
  Object.assign(globalThis, globals)
  const gpu = create([])
  setGpu(gpu)
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw new Error('no GPU adapter found')
  const name = nameOf(adapter)
  const isSoftware = runsOnProcessor(adapter)
  if (isSoftware && !allowSoftware) throw new Error(`the only adapter is software (${name})`)
  const { WebGPUBackend } = await importOptional<{ WebGPUBackend: BackendClass }>(tfjsBackend)
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(raisedLimits.map((limit) => [limit, adapter.limits[limit]])),
    requiredFeatures: ['timestamp-query'].filter((feature) => adapter.features.has(feature)),
  })
  unregister()
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info))
  return { name, isSoftware }
}

/** Releases the device, so that the process can end. */
export function stopWebgpu(): void {
  unregister()
  setGpu(undefined)
}

function unregister(): void {
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu')
}

type BackendClass = new (device: object, info: object) => tf.KernelBackend

async function importOptional<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new Error(`package ${name} is not installed`, { cause: error })
  }
}

/** tfjs looks for navigator.gpu; Node 20 has no navigator yet. */
function setGpu(gpu: object | undefined): void {
  const scope = globalThis as { navigator?: object }
  if (!scope.navigator) Object.defineProperty(scope, 'navigator', { value: {}, configurable: true })
  Object.defineProperty(scope.navigator, 'gpu', { value: gpu, configurable: true })
}

const nameOf = ({ info }: Adapter): string => info.description || `${info.vendor} ${info.architecture}`.trim()

/** Drivers that run shaders on the CPU: SwiftShader, Mesa's llvmpipe, Microsoft's WARP. */
const runsOnProcessor = ({ info }: Adapter): boolean =>
  /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp/i.test(
    `${info.vendor} ${info.architecture} ${info.description}`,
  )
