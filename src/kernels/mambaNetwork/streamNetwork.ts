import * as tf from '@tensorflow/tfjs'
import { type WasmHost, wasmHost } from '../wasm/wasmHost.js'
import { refuseNaNOnWasm, type Tensors } from '../wasm/wasmKernel.js'
import { checkNetwork, type WeightTensors } from './mambaNetwork.js'
import { type Attributes, forward, keptOf, windowFloats } from './wasm.js'

export interface Streamed {
  /** (1, l, outputs) */ readonly raw: tf.Tensor3D
  /** (layers, floats): what each layer hands on at row `stateRow` of x. */ readonly state: tf.Tensor2D
  readonly stateRow: number
}

/**
 * The whole network on 'wasm' over rows x (1, l, features) that follow on a state, or from the beginning without one, and
 * the newest state from which it can be gone on with. A state lies at a whole block of rows, so that those after it run
 * through the very arithmetic of a full pass: the results are equal bit for bit. At most a block and what is new is run,
 * however long the past (arXiv 2312.00752, section 2, the recurrent form). No gradient.
 * @throws KernelInputError as fusedNetwork
 */
export function streamNetwork(weights: WeightTensors, x: tf.Tensor3D, epsilon: number, before?: tf.Tensor2D): Streamed {
  const dims = checkNetwork({ x, ...weights })
  const every = wasmHost(tf.backend())!.kernels.mixerStateEvery()
  const stateRow = Math.floor((dims.l - 1) / every) * every
  const inputs = { x, ...weights, ...(before && { before }) }
  const [raw, state] = tf
    .engine()
    .runKernel('MambaNetworkStream', inputs, { ...dims, epsilon, stateRow }) as tf.Tensor[]
  return { raw: raw as tf.Tensor3D, state: state as tf.Tensor2D, stateRow }
}

function stream(host: WasmHost, inputs: Tensors, attributes: Attributes & { stateRow: number }): tf.TensorInfo[] {
  const { l, e, n, r, k, layers, stateRow } = attributes
  const { kernels, pointer } = host
  const { before, ...tensors } = inputs
  const size = kernels.mixerStateSize(e, n, k)
  const at = (state: tf.TensorInfo, layer: number) => pointer(state) + 4 * layer * size
  const states = before ? Array.from({ length: layers }, (_, i) => at(before, i)) : []
  const [raw, kept] = forward(host, tensors, attributes, states)
  const parts = keptOf(host, attributes, before && windowFloats(attributes))
  const state = host.output([layers, size])
  for (let i = 0; i < layers; i++) {
    kernels.mixerStateAt(parts.layer(kept, i), at(state, i), stateRow, l, e, n, r, k)
    // A sequence begins with zeros.
    if (!before && stateRow === 0) host.view(state).fill(0, i * size, i * size + (k - 1) * e)
  }
  host.free(kept)
  refuseNaNOnWasm(host, 'MambaNetwork', tensors, [raw, state], 1)
  return [raw, state]
}

tf.registerKernel({
  kernelName: 'MambaNetworkStream',
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend, attrs }) =>
    stream(
      wasmHost(backend as object)!,
      inputs as Tensors,
      attrs as unknown as Attributes & { readonly stateRow: number },
    ),
})
