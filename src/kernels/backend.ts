import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'

export type BackendName = 'cpu' | 'wasm' | 'webgpu' | 'tensorflow'
export type BackendPreference = 'auto' | BackendName

export interface BackendChoice {
  readonly name: BackendName
  /** Why each backend that was looked at before `name` is not used. */
  readonly skipped: readonly { readonly name: BackendName; readonly reason: string }[]
}

/** Fastest first: a GPU where there is one, SIMD otherwise, plain JavaScript as the last resort. */
const order: readonly BackendName[] = ['webgpu', 'tensorflow', 'wasm', 'cpu']

/** Each starts its backend, or throws an Error whose message says why it cannot. */
const start: Readonly<Record<BackendName, () => Promise<void>>> = {
  cpu: () => activate('cpu'),
  wasm: startWasm,
  webgpu: startWebgpu,
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
      await start[name]()
      return { name, skipped }
    } catch (error) {
      if (preference !== 'auto') throw new Error(`backend '${name}' cannot start: ${reasonOf(error)}`, { cause: error })
      skipped.push({ name, reason: reasonOf(error) })
    }
  }
  throw new Error(`no backend can start: ${skipped.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}`)
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]!

async function activate(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`tfjs could not initialise '${name}'`)
  await tf.ready()
}

async function startWasm(): Promise<void> {
  if (tf.getBackend() === 'wasm') return
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(dirname(entry) + sep)
  await activate('wasm')
}

async function startWebgpu(): Promise<void> {
  throw new Error('not built yet')
}

async function startTensorflow(): Promise<void> {
  // Optional peers: named in a variable so that the compiler does not look for them.
  const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']
  const require = createRequire(import.meta.url)
  const installed = packages.find((name) => isInstalled(require, join(name, 'package.json')))
  if (!installed) throw new Error(`neither ${packages.join(' nor ')} is installed`)
  await import(installed)
  await activate('tensorflow')
}

function isInstalled(require: NodeJS.Require, path: string): boolean {
  try {
    return require.resolve(path) !== ''
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return false
    throw error
  }
}
