import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { BackendName, BackendPreference } from './backend.js'

/** Backends that gain by several models at once: one small model leaves most of a GPU idle. */
export const SIDE_BY_SIDE: readonly string[] = ['webgpu', 'tensorflow'] satisfies BackendName[]

// Optional peers: named in a variable so that the compiler does not look for them.
export const tensorflowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']

/** The package that is installed, if any. */
export function installedTensorflow(): string | undefined {
  const require = createRequire(import.meta.url)
  return tensorflowPackages.find((name) => isInstalled(require, join(name, 'package.json')))
}

function isInstalled(require: NodeJS.Require, path: string): boolean {
  try {
    return require.resolve(path) !== ''
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return false
    throw error
  }
}

/** Spares a machine without a GPU the start of the Vulkan loader and its warnings; only Linux tells in advance. */
export function mayHaveGpu(): boolean {
  if (process.platform !== 'linux') return true
  return readdirSync('/dev').some((name) => /^(dri|dxg|nvidia\d+|mali\d+|kgsl)/.test(name))
}

/**
 * Whether a backend so chosen may turn out to gain by training several models at once. Loads no tfjs and starts nothing, so
 * that a process that only asks stays small.
 */
export const mayGainBySideBySide = (preference: BackendPreference): boolean =>
  preference === 'auto' ? mayHaveGpu() || installedTensorflow() !== undefined : SIDE_BY_SIDE.includes(preference)
