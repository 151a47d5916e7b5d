import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import type * as tf from '@tensorflow/tfjs'
import type { KernelExports } from './kernelExports.js'

export type Binary = 'relaxed-simd' | 'simd'

/** The part of tfjs-backend-wasm 4.22.0 that is relied on; all but makeOutput are private, so `attach` checks them. */
interface TfjsWasmBackend {
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } }
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory }
    readonly HEAPU8: Uint8Array
    _malloc(bytes: number): number
    _free(pointer: number): void
  }
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo
  disposeData(dataId: object): boolean
}

/** Our compiled kernels, instantiated on the memory of a tfjs wasm backend: tensors are passed by address. */
export interface WasmHost {
  readonly binary: Binary
  readonly kernels: KernelExports
  /** Address of a tensor's first element. */
  pointer(tensor: tf.TensorInfo): number
  /** A new tensor with undefined contents. */
  output(shape: readonly number[]): tf.TensorInfo
  /** Gives up a tensor of `output` that no operation returns. */
  free(tensor: tf.TensorInfo): void
  /** A view of a tensor, valid until the next allocation. */
  view(tensor: tf.TensorInfo): Float32Array
  /** Runs `use` with the address of `bytes` of scratch memory, 16-byte aligned. */
  withScratch(bytes: number, use: (scratch: number) => void): void
}

/** The package root is three levels up from here in src/ and in dist/ alike. */
const binaries = resolve(import.meta.dirname, '../../../dist/kernels')

const hosts = new WeakMap<object, WasmHost | { readonly reason: string }>()

/** The kernels on `backend`, or undefined where they cannot run (`whyNotAttached` says why): use the plain ones. */
export function wasmHost(backend: object): WasmHost | undefined {
  const host = hosts.get(backend) ?? attach(backend)
  return 'reason' in host ? undefined : host
}

/** Why the kernels cannot run on `backend`; undefined when they can. */
export function whyNotAttached(backend: object): string | undefined {
  const host = hosts.get(backend) ?? attach(backend)
  return 'reason' in host ? host.reason : undefined
}

/** Instantiates the first of `wanted` that this machine can run on the memory of `backend`, and tries it once. */
export function attach(
  backend: object,
  wanted: readonly Binary[] = ['relaxed-simd', 'simd'],
): WasmHost | { readonly reason: string } {
  const host = tryAttach(backend as TfjsWasmBackend, wanted)
  hosts.set(backend, host)
  return host
}

function tryAttach(backend: TfjsWasmBackend, wanted: readonly Binary[]): WasmHost | { reason: string } {
  const memory = backend.wasm?.asm?.memory
  if (!(memory instanceof WebAssembly.Memory) || memory.buffer !== backend.wasm.HEAPU8?.buffer)
    return { reason: 'this tfjs-backend-wasm keeps its memory elsewhere; mambacast needs exactly 4.22.0' }
  if (
    ![backend.makeOutput, backend.disposeData, backend.wasm._malloc, backend.wasm._free].every(
      (member) => typeof member === 'function',
    )
  )
    return { reason: 'this tfjs-backend-wasm has other internals; mambacast needs exactly 4.22.0' }
  for (const binary of wanted) {
    const bytes = readBinary(binary)
    if (!bytes) return { reason: `${join('dist', 'kernels', binary)}.wasm is missing; run: npm run build` }
    if (!validates(bytes)) continue
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
    const host = hostOn(backend, binary, exports as unknown as KernelExports)
    return multipliesRight(host, backend) ? host : { reason: `the start-up check of the ${binary} kernels failed` }
  }
  return { reason: 'this machine has no WebAssembly SIMD' }
}

function readBinary(binary: Binary): Uint8Array<ArrayBuffer> | undefined {
  try {
    return readFileSync(join(binaries, `${binary}.wasm`))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Node 20 has relaxed SIMD complete but behind a flag that only this validation reads; later versions have it on. */
function validates(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (WebAssembly.validate(bytes)) return true
  if (!process.versions.node.startsWith('20.')) return false
  setFlagsFromString('--experimental-wasm-relaxed-simd')
  return WebAssembly.validate(bytes)
}

function hostOn(backend: TfjsWasmBackend, binary: Binary, kernels: KernelExports): WasmHost {
  const pointer = (tensor: tf.TensorInfo) => backend.dataIdMap.get(tensor.dataId).memoryOffset
  return {
    binary,
    kernels,
    pointer,
    output: (shape) => backend.makeOutput([...shape], 'float32'),
    free: ({ dataId }) => void backend.disposeData(dataId),
    view: (tensor) =>
      new Float32Array(
        backend.wasm.asm.memory.buffer,
        pointer(tensor),
        tensor.shape.reduce((size, d) => size * d, 1),
      ),
    withScratch(bytes, use) {
      const block = backend.wasm._malloc(bytes + 16) >>> 0
      try {
        use(Math.ceil(block / 16) * 16)
      } finally {
        backend.wasm._free(block)
      }
    },
  }
}

/** Start-up check: [1 2; 3 4] [5 6; 7 8] in tensors of the backend, by the addresses that every kernel uses. */
function multipliesRight(host: WasmHost, backend: TfjsWasmBackend): boolean {
  const [a, b, out] = [host.output([2, 2]), host.output([2, 2]), host.output([2, 2])]
  host.view(a).set([1, 2, 3, 4])
  host.view(b).set([5, 6, 7, 8])
  host.withScratch(host.kernels.packedBytes(2, 2), (packed) => {
    host.kernels.packRight(host.pointer(b), 8, 4, packed, 2, 2)
    host.kernels.multiplyPacked(host.pointer(a), 8, 4, packed, 0, host.pointer(out), 2, 2, 2)
  })
  const right = host.view(out).join() === '19,22,43,50'
  for (const { dataId } of [a, b, out]) backend.disposeData(dataId)
  return right
}
