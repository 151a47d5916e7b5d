import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { type BackendName, selectBackend } from '../../src/kernels/backend.js'
// Both register their kernels.
import '../../src/kernels/matMul/matMul.js'
import '../../src/kernels/ownKernels.js'
import { attach, type Binary } from '../../src/kernels/wasm/wasmHost.js'
import { stopWebgpu } from '../../src/kernels/webgpu/startWebgpu.js'
import { useSoftwareVulkan } from './softwareVulkan.js'

/** One of the ways in which the operations run: a backend, and which kernels it has there. */
export interface Way {
  readonly name: string
  /** Whether this machine lacks what it needs. */
  readonly isMissing: boolean
  /** Whether a NaN is found in an operation: nowhere where that would mean a wait for a GPU. */
  readonly findsNaN: boolean
  /** Many times slower than the others: fewer cases. */
  readonly isSlow: boolean
  readonly begin: () => Promise<void>
  readonly end: () => void
}

const OWN = ['Adam', 'Linear', 'RmsNorm', 'CausalConv1d', 'SelectiveScan', 'MatMul']

/** Takes our kernels off `backend`: every operation is then composed of tfjs's own, as it is on 'tensorflow'. */
function withoutOwnKernels(backend: BackendName): () => void {
  const ours = tf
    .getKernelsForBackend(backend)
    .filter(({ kernelName }) => OWN.includes(kernelName.replace(/Grad$/, '')))
  expect(ours).toHaveLength(2 * OWN.length - 1) // Adam has no gradient
  for (const { kernelName } of ours) tf.unregisterKernel(kernelName, backend)
  return () => {
    for (const kernel of ours) tf.registerKernel(kernel)
  }
}

const quick = { isMissing: false, findsNaN: true, isSlow: false, end: () => {} }

async function onWasm(binaries: readonly Binary[]): Promise<void> {
  await selectBackend('wasm')
  const host = attach(tf.backend(), binaries)
  if (binaries.length > 0) expect(host).toMatchObject({ binary: binaries[0] })
  else expect(host).toEqual({ reason: 'this machine has no WebAssembly SIMD' })
}

function composedOn(backend: 'cpu' | 'wasm'): Way {
  let restore = () => {}
  return {
    ...{ ...quick, name: `${backend}, composed of tfjs operations`, findsNaN: false, end: () => restore() },
    begin: async () => {
      if (backend === 'wasm') await onWasm([])
      else await selectBackend('cpu')
      restore = withoutOwnKernels(backend)
    },
  }
}

export const ways: readonly Way[] = [
  { ...quick, name: 'cpu, plain', begin: async () => void (await selectBackend('cpu')) },
  { ...quick, name: 'wasm, SIMD', begin: () => onWasm(['simd']) },
  { ...quick, name: 'wasm, relaxed SIMD', begin: () => onWasm(['relaxed-simd']) },
  { ...quick, name: 'wasm without SIMD, plain', begin: () => onWasm([]) },
  composedOn('cpu'),
  composedOn('wasm'),
  {
    ...{ name: 'webgpu, by a software driver', isMissing: !useSoftwareVulkan(), findsNaN: false, isSlow: true },
    begin: async () =>
      void expect(await selectBackend('webgpu')).toMatchObject({
        name: 'webgpu',
        slow: expect.stringContaining('software'),
      }),
    end: stopWebgpu,
  },
]
