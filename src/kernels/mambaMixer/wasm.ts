import * as tf from '@tensorflow/tfjs'
import { refuseNaN } from '../plainKernel.js'
import { type WasmHost, wasmHost } from '../wasm/wasmHost.js'
import type { Tensors } from '../wasm/wasmKernel.js'

interface MixerDims {
  readonly b: number
  readonly l: number
  readonly d: number
  readonly e: number
  readonly n: number
  readonly r: number
  readonly k: number
}

/** Inputs in the order of wasm.as.ts, which is that of mambaMixer. */
const order = ['x', 'inProj', 'convWeight', 'convBias', 'xProj', 'dtWeight', 'dtBias', 'ALog', 'D', 'outProj']

function forward(host: WasmHost, inputs: Tensors, { b, l, d, e, n, r, k }: MixerDims): tf.TensorInfo[] {
  const out = host.output([b, l, d])
  const kept = host.output([host.kernels.mixerKeptSize(b, l, e, n, r)])
  const pointers = [...order.map((name) => inputs[name]!), out, kept].map(host.pointer)
  host.withScratch(host.kernels.mixerScratchBytes(d, e, n, r, k), (scratch) =>
    host.kernels.mixerForward(...pointers, scratch, b, l, d, e, n, r, k),
  )
  return [out, kept]
}

function backward(host: WasmHost, dy: tf.TensorInfo, inputs: Tensors, { b, l, d, e, n, r, k }: MixerDims) {
  const gradients = order.map((name) => host.output(inputs[name]!.shape))
  const tensors = [dy, ...order.map((name) => inputs[name]!), inputs.kept0!, ...gradients]
  host.withScratch(host.kernels.mixerScratchBytes(d, e, n, r, k), (scratch) =>
    host.kernels.mixerBackward(...tensors.map(host.pointer), scratch, b, l, d, e, n, r, k),
  )
  return gradients
}

/** Registers the fused block for backend 'wasm'; mambaMixer runs it only where the compiled kernels attach. */
export function registerMixerOnWasm(): void {
  tf.registerKernel({
    kernelName: 'MambaMixer',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const host = wasmHost(backend as object)!
      const outputs = forward(host, inputs as Tensors, attrs as unknown as MixerDims)
      const [out] = outputs as [tf.TensorInfo]
      if (!host.kernels.allFinite(host.pointer(out), host.view(out).length))
        refuseNaN('MambaMixer', inputs as Tensors, host.view)
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
