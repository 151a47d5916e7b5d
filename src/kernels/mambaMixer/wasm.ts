import * as tf from '@tensorflow/tfjs'
import { type WasmHost, wasmHost } from '../wasm/wasmHost.js'
import { refuseNaNOnWasm, type Tensors } from '../wasm/wasmKernel.js'

interface MixerDims {
  readonly b: number
  readonly l: number
  readonly d: number
  readonly e: number
  readonly n: number
  readonly r: number
  readonly k: number
  readonly epsilon: number
}

/** Inputs in the order of wasm.as.ts, which is that of mambaMixer; `norm` is missing where the block stands alone. */
const order = ['x', 'inProj', 'convWeight', 'convBias', 'xProj', 'dtWeight', 'dtBias', 'ALog', 'D', 'outProj', 'norm']

/** Address of each tensor, 0 for one that is missing. */
const pointersOf = (host: WasmHost, tensors: readonly (tf.TensorInfo | undefined)[]): number[] =>
  tensors.map((tensor) => (tensor ? host.pointer(tensor) : 0))

function forward(host: WasmHost, inputs: Tensors, dims: MixerDims): tf.TensorInfo[] {
  const { b, l, d, e, n, r, k, epsilon } = dims
  const out = host.output([b, l, d])
  const kept = host.output([host.kernels.mixerKeptSize(b, l, e, n, r)])
  const pointers = pointersOf(host, [...order.map((name) => inputs[name]), out, kept])
  host.withScratch(host.kernels.mixerScratchBytes(d, e, n, r, k), (scratch) =>
    host.kernels.mixerForward(...pointers, scratch, b, l, d, e, n, r, k, epsilon),
  )
  return [out, kept]
}

function backward(host: WasmHost, dy: tf.TensorInfo, inputs: Tensors, dims: MixerDims): tf.TensorInfo[] {
  const { b, l, d, e, n, r, k, epsilon } = dims
  const given = order.map((name) => inputs[name])
  const gradients = given.map((input) => input && host.output(input.shape))
  const pointers = pointersOf(host, [dy, ...given, inputs.kept0, ...gradients])
  host.withScratch(host.kernels.mixerScratchBytes(d, e, n, r, k), (scratch) =>
    host.kernels.mixerBackward(...pointers, scratch, b, l, d, e, n, r, k, epsilon),
  )
  return gradients.filter((gradient) => gradient !== undefined)
}

/** Registers the fused block for backend 'wasm'; mambaMixer runs it only where the compiled kernels attach. */
export function registerMixerOnWasm(): void {
  tf.registerKernel({
    kernelName: 'MambaMixer',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const host = wasmHost(backend as object)!
      const outputs = forward(host, inputs as Tensors, attrs as unknown as MixerDims)
      refuseNaNOnWasm(host, 'MambaMixer', inputs as Tensors, outputs, 1)
      return outputs
    },
  })
  tf.registerKernel({
    kernelName: 'MambaMixerGrad',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { dy, ...tensors } = inputs as Tensors
      return backward(wasmHost(backend as object)!, dy!, tensors, attrs as unknown as MixerDims)
    },
  })
}
