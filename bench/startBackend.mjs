import { selectBackend } from '../dist/kernels/backend.js'
import { startWebgpu } from '../dist/kernels/webgpu/startWebgpu.js'

/** Starts a backend for a measurement: a software adapter, whose times mean nothing, only where `software` asks for it. */
export async function startBackend(backend, software) {
  if (backend === 'webgpu' && !software) await startWebgpu(false)
  return selectBackend(backend)
}
