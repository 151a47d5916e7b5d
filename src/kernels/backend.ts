import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { installedTensorflow, SIDE_BY_SIDE, tensorflowPackages } from './gpuHint.js'
import { copyColumns } from './wasm/columns.js'
import { shareIdentity } from './wasm/sharedIdentity.js'
import { wasmHost, whyNotAttached } from './wasm/wasmHost.js'
import { startWebgpu } from './webgpu/startWebgpu.js'

export type BackendName = 'cpu' | 'wasm' | 'webgpu' | 'tensorflow'
export type BackendPreference = 'auto' | BackendName

export interface BackendChoice {
  readonly name: BackendName
  /** What runs the kernels: the GPU's name, the WebAssembly binary, or plain JavaScript. */
  readonly engine: string
  /** Why it runs far slower than the backend could elsewhere, where it does. */
  readonly slow?: string
  /** Why each other backend is not used. */
  readonly skipped: readonly { readonly name: BackendName; readonly reason: string }[]
}

/** Fastest first: a GPU where there is one, SIMD otherwise, plain JavaScript as the last resort. */
const order: readonly BackendName[] = ['webgpu', 'tensorflow', 'wasm', 'cpu']

type Engine = Pick<BackendChoice, 'engine' | 'slow'>

/** Each starts its backend and says what runs the kernels there, or throws an Error whose message says why it cannot. */
const start: Readonly<Record<BackendName, (preference: BackendPreference) => Promise<Engine>>> = {
  cpu: async () => {
    await activate('cpu')
    return { engine: 'plain JavaScript' }
  },
  wasm: startWasm,
  webgpu: async (preference) => {
    const { name, isSoftware } = await startWebgpu(preference === 'webgpu')
    await activate('webgpu')
    return { engine: name, ...(isSoftware && { slow: SOFTWARE }) }
  },
  tensorflow: startTensorflow,
}

/**
 * Starts a tfjs backend and makes it the active one: the one asked for, or with 'auto' the fastest that works here.
 * @throws Error when a backend was named and cannot start; the message says why
 */
export async function selectBackend(preference: BackendPreference = 'auto'): Promise<BackendChoice> {
  tf.enableProdMode() // the same checks, without tfjs's banner on stderr
  const skipped: { name: BackendName; reason: string }[] = []
  for (const name of preference === 'auto' ? order : [preference]) {
    try {
      const engine = await start[name](preference)
      return { name, ...engine, skipped: [...skipped, ...notLookedAt(preference, name, skipped)] }
    } catch (error) {
      if (preference !== 'auto') throw new Error(`backend '${name}' cannot start: ${reasonOf(error)}`, { cause: error })
      skipped.push({ name, reason: reasonOf(error) })
    }
  }
  throw new Error(`no backend can start: ${skipped.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}`)
}

/** Those not looked at, because `chosen` runs. */
const notLookedAt = (preference: BackendPreference, chosen: BackendName, skipped: BackendChoice['skipped']) =>
  order
    .filter((name) => name !== chosen && skipped.every((tried) => tried.name !== name))
    .map((name) => ({ name, reason: preference === 'auto' ? `${chosen} is faster` : `${chosen} is asked for` }))

/** Whether the active backend gains by training several models at once: one small model leaves most of a GPU idle. */
export const gainsBySideBySide = (): boolean => SIDE_BY_SIDE.includes(tf.getBackend())

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!

async function activate(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`tfjs could not initialise '${name}'`)
  await tf.ready()
}

/** Whether kernels of tfjs have been replaced: once per process, whatever backends are chosen in turn. */
let replaced = false

const SOFTWARE = 'a software driver runs the shaders on the processor, where wasm is many times as fast'

async function startWasm(): Promise<Engine> {
  if (tf.getBackend() !== 'wasm') {
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
    setWasmPaths(dirname(entry) + sep)
    if (!replaced) {
      shareIdentity()
      copyColumns()
      replaced = true
    }
    await activate('wasm')
  }
  const host = wasmHost(tf.backend())
  if (!host) return { engine: 'plain JavaScript', slow: whyNotAttached(tf.backend())! }
  const more = host.vectorBits === 128 && process.arch === 'x64' ? ' (256 on Node 24 and 26)' : ''
  return { engine: `WebAssembly, ${host.binary}, vectors of ${host.vectorBits} bits${more}` }
}

async function startTensorflow(): Promise<Engine> {
  const installed = installedTensorflow()
  if (!installed) throw new Error(`neither ${tensorflowPackages.join(' nor ')} is installed`)
  await import(installed)
  await activate('tensorflow')
  return { engine: installed }
}
