import { createHash } from 'node:crypto'
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
  /** Of the binary's bytes, in hex: another version of the kernels may round otherwise. */
  readonly fingerprint: string
  /** Bits of a vector: 256 where V8 joins two of ours. The results are the same. */
  readonly vectorBits: 128 | 256
  readonly kernels: KernelExports
  /** Address of a tensor's first element. */
  pointer(tensor: tf.TensorInfo): number
  /** A new tensor with undefined contents. */
  output(shape: readonly number[]): tf.TensorInfo
  /** Gives up a tensor of `output` that no operation returns. */
  free(tensor: tf.TensorInfo): void
  /** A view of a tensor, valid until the next allocation. */
  view(tensor: tf.TensorInfo): Float32Array
  /** Runs `use` with the address of `bytes` of scratch memory, on a cache line of 64 bytes. */
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

/**
 * Instantiates the first of `wanted` that this machine can run on the memory of `backend`, and tries it once. Vectors are joined
 * where they can be, unless `joined` is false.
 */
export function attach(
  backend: object,
  wanted: readonly Binary[] = ['relaxed-simd', 'simd'],
  joined = canJoin(),
): WasmHost | { readonly reason: string } {
  const host = tryAttach(backend as TfjsWasmBackend, wanted, joined)
  hosts.set(backend, host)
  return host
}

function tryAttach(
  backend: TfjsWasmBackend,
  wanted: readonly Binary[],
  joined: boolean,
): WasmHost | { reason: string } {
  const memory = backend.wasm?.asm?.memory
  if (!(memory instanceof WebAssembly.Memory) || memory.buffer !== backend.wasm.HEAPU8?.buffer)
    return { reason: 'this tfjs-backend-wasm keeps its memory elsewhere; mambacast needs exactly 4.22.0' }
  if (
    ![
      ...[backend.makeOutput, backend.disposeData, backend.dataIdMap?.get],
      ...[backend.wasm._malloc, backend.wasm._free],
    ].every((member) => typeof member === 'function')
  )
    return { reason: 'this tfjs-backend-wasm has other internals; mambacast needs exactly 4.22.0' }
  for (const binary of wanted) {
    const bytes = readBinary(binary)
    if (!bytes) return { reason: `${join('dist', 'kernels', binary)}.wasm is missing; run: npm run build` }
    if (!validates(bytes)) continue
    const { exports } = new WebAssembly.Instance(compile(bytes, joined), { env: { memory } })
    const kernels = exports as unknown as KernelExports
    kernels.begin(backend.wasm._malloc(kernels.constantBytes()) >>> 0, joined ? 1 : 0)
    const fingerprint = createHash('sha256').update(bytes).digest('hex').slice(0, 12)
    const host = hostOn(backend, { binary, fingerprint, vectorBits: joined ? 256 : 128, kernels })
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

/** Versions of V8 (Node 24 and 26) whose joining of vectors was tried; the one of Node 22 gains nothing. */
const JOINING_V8 = [13, 14]

const canJoin = (): boolean => process.arch === 'x64' && JOINING_V8.includes(Number.parseInt(process.versions.v8, 10))

/** Joining is behind a flag that V8's optimising compiler reads when it gets to a function, so that it stays set. */
function compile(bytes: Uint8Array<ArrayBuffer>, joined: boolean): WebAssembly.Module {
  if (joined) setFlagsFromString('--experimental-wasm-revectorize')
  return new WebAssembly.Module(bytes)
}

function hostOn(
  backend: TfjsWasmBackend,
  made: Pick<WasmHost, 'binary' | 'fingerprint' | 'vectorBits' | 'kernels'>,
): WasmHost {
  const pointer = (tensor: tf.TensorInfo) => backend.dataIdMap.get(tensor.dataId).memoryOffset
  return {
    ...made,
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
      const block = backend.wasm._malloc(bytes + 64) >>> 0
      try {
        use(Math.ceil(block / 64) * 64)
      } finally {
        backend.wasm._free(block)
      }
    },
  }
}

/** Start-up check: a product of small whole numbers, wide enough for every loop, in tensors of the backend. */
function multipliesRight(host: WasmHost, backend: TfjsWasmBackend): boolean {
  const [rows, inner, columns] = [5, 3, 29]
  const left = Float32Array.from({ length: rows * inner }, (_, i) => (i % 7) - 2)
  const right = Float32Array.from({ length: inner * columns }, (_, i) => (i % 11) - 4)
  const [a, b, out] = [host.output([rows, inner]), host.output([inner, columns]), host.output([rows, columns])]
  host.view(a).set(left)
  host.view(b).set(right)
  host.withScratch(host.kernels.packedBytes(inner, columns), (packed) => {
    host.kernels.packRight(host.pointer(b), 4 * columns, 4, packed, inner, columns)
    host.kernels.multiplyPacked(host.pointer(a), 4 * inner, 4, packed, 0, host.pointer(out), rows, inner, columns)
  })
  const isRight = host.view(out).every((value, at) => {
    const row = left.subarray(Math.floor(at / columns) * inner)
    return value === [0, 1, 2].reduce((sum, k) => sum + row[k]! * right[k * columns + (at % columns)]!, 0)
  })
  for (const { dataId } of [a, b, out]) backend.disposeData(dataId)
  return isRight
}
