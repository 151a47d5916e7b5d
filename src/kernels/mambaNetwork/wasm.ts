import * as tf from '@tensorflow/tfjs'
import { type WasmHost, wasmHost } from '../wasm/wasmHost.js'
import { refuseNaNOnWasm, type Tensors } from '../wasm/wasmKernel.js'

export interface NetworkDims {
  readonly b: number
  readonly l: number
  readonly features: number
  /** d_model */ readonly d: number
  /** d_inner */ readonly e: number
  /** d_state */ readonly n: number
  /** dt_rank */ readonly r: number
  /** d_conv */ readonly k: number
  readonly outputs: number
  readonly layers: number
}

/** Where each weight begins in the one vector that holds all, in floats. */
export type FlatOffsets = Record<string, number>

export type Attributes = NetworkDims & {
  readonly epsilon: number
  /** Missing where every weight is an input of its own. */
  readonly offsets?: FlatOffsets
}

/** Address of each input or weight by name. */
function addresses(host: WasmHost, tensors: Tensors, offsets?: FlatOffsets): (name: string) => number {
  if (!offsets) return (name) => host.pointer(tensors[name]!)
  const first = host.pointer(tensors.weights!)
  return (name) => (name in offsets ? first + 4 * offsets[name]! : host.pointer(tensors[name]!))
}

/** A layer's weights in the order of ../mambaMixer/wasm.as.ts. */
const layerNames = (i: number): string[] => [
  ...['in_proj.weight', 'conv1d.weight', 'conv1d.bias', 'x_proj.weight', 'dt_proj.weight', 'dt_proj.bias'].map(
    (name) => `blocks.${i}.${name}`,
  ),
  ...['A_log', 'D', 'out_proj.weight'].map((name) => `blocks.${i}.${name}`),
  `norms.${i}.weight`,
]

/**
 * What a forward pass keeps, in one tensor, so that the tape holds one and not one a layer: the input of every layer, the last
 * layer's output and its norm, then what every layer keeps. Every part begins on a cache line.
 */
interface Kept {
  readonly floats: number
  /** Address of the input of layer i, of the last output and of its norm. */
  hidden(tensor: tf.TensorInfo, i: number): number
  /** Address of what layer i keeps, after the room for a window before it. */
  layer(tensor: tf.TensorInfo, i: number): number
}

/** @param before Floats of the window before each layer's rows. */
export function keptOf({ kernels, pointer }: WasmHost, dims: NetworkDims, before = 0): Kept {
  const { b, l, d, e, n, r, layers } = dims
  const wide = wholeLines(b * l * d)
  const each = wholeLines(before + kernels.mixerKeptSize(b, l, e, n, r))
  const first = (tensor: tf.TensorInfo) => 64 * Math.ceil(pointer(tensor) / 64)
  return {
    floats: (layers + 2) * wide + layers * each + 16,
    hidden: (tensor, i) => first(tensor) + 4 * i * wide,
    layer: (tensor, i) => first(tensor) + 4 * ((layers + 2) * wide + i * each + before),
  }
}

/** Floats rounded up to whole cache lines. */
const wholeLines = (floats: number): number => 16 * Math.ceil(floats / 16)

/**
 * The output, and all that is kept (keptOf).
 *
 * @param states Address of each layer's state to go on from; there is room for `windowFloats` before what a layer keeps then.
 */
export function forward(
  host: WasmHost,
  inputs: Tensors,
  attributes: Attributes,
  states: readonly number[] = [],
): [raw: tf.TensorInfo, kept: tf.TensorInfo] {
  const { b, l, features, d, e, n, r, k, outputs, layers, epsilon } = attributes
  const { kernels, pointer } = host
  const at = addresses(host, inputs, attributes.offsets)
  const rows = b * l
  const before = states.length > 0 ? windowFloats(attributes) : 0
  const parts = keptOf(host, attributes, before)
  const [raw, kept] = [host.output([b, l, outputs]), host.output([parts.floats])]
  const h = Array.from({ length: layers + 2 }, (_, i) => parts.hidden(kept, i))
  host.withScratch(scratchBytes(host, attributes), (scratch) => {
    kernels.linearForward(at('x'), at('embed.weight'), at('embed.bias'), h[0]!, scratch, rows, features, d)
    for (let i = 0; i < layers; i++) {
      const pointers = [h[i]!, ...layerNames(i).map(at), h[i + 1]!, parts.layer(kept, i), scratch]
      kernels.mixerForward(...pointers, b, l, d, e, n, r, k, epsilon, states[i] ?? 0)
    }
    kernels.rmsNormForward(h[layers]!, at('norm_f.weight'), h[layers + 1]!, rows, d, epsilon)
    const [weight, bias] = [at('head.weight'), at('head.bias')]
    kernels.linearForward(h[layers + 1]!, weight, bias, pointer(raw), scratch, rows, d, outputs)
  })
  return [raw, kept]
}

/** Room for the rows before a sequence that its convolutions look back on, in whole vectors. */
export const windowFloats = ({ e, k }: Pick<NetworkDims, 'e' | 'k'>): number => 4 * Math.ceil(((k - 1) * e) / 4)

/**
 * The gradient of the hidden state goes back through the layers in place. With weights in one vector there is no gradient of x.
 */
function backward(host: WasmHost, dy: tf.TensorInfo, inputs: Tensors, attributes: Attributes): tf.TensorInfo[] {
  const { b, l, features, d, e, n, r, k, outputs, layers, epsilon } = attributes
  const { kernels, pointer } = host
  const flat = attributes.offsets
  const names = flat ? ['weights'] : Object.keys(inputs).filter((name) => !name.startsWith('kept'))
  const gradients = Object.fromEntries(names.map((name) => [name, host.output(inputs[name]!.shape)]))
  const at = addresses(host, inputs, flat)
  const to = addresses(host, gradients, flat)
  const rows = b * l
  const [parts, kept] = [keptOf(host, attributes), inputs.kept0!]
  const h = Array.from({ length: layers + 2 }, (_, i) => parts.hidden(kept, i))
  const wide = 4 * wholeLines(rows * d)
  host.withScratch(wide + scratchBytes(host, attributes), (dh) => {
    const scratch = dh + wide
    const head = [pointer(dy), h[layers + 1]!, at('head.weight'), dh, to('head.weight'), to('head.bias'), scratch]
    kernels.linearBackward(...head, rows, d, outputs, 0)
    const norm = [dh, h[layers]!, at('norm_f.weight'), dh, to('norm_f.weight')]
    kernels.rmsNormBackward(...norm, rows, d, epsilon)
    for (let i = layers - 1; i >= 0; i--) {
      const layer = layerNames(i)
      const given = [dh, h[i]!, ...layer.map(at), parts.layer(kept, i)]
      kernels.mixerBackward(...given, dh, ...layer.map(to), scratch, b, l, d, e, n, r, k, epsilon)
    }
    const dx = flat ? 0 : to('x')
    const embed = [dh, at('x'), at('embed.weight'), dx, to('embed.weight'), to('embed.bias'), scratch]
    kernels.linearBackward(...embed, rows, features, d, 0)
  })
  return names.map((name) => gradients[name]!)
}

const scratchBytes = ({ kernels }: WasmHost, { features, d, e, n, r, k, outputs }: NetworkDims): number =>
  Math.max(
    kernels.mixerScratchBytes(d, e, n, r, k),
    kernels.linearScratchBytes(features, d),
    kernels.linearScratchBytes(d, outputs),
  )

/** Registers the fused network for backend 'wasm'; fusedNetwork runs it only where the compiled kernels attach. */
export function registerNetworkOnWasm(): void {
  tf.registerKernel({
    kernelName: 'MambaNetwork',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const host = wasmHost(backend as object)!
      const results = forward(host, inputs as Tensors, attrs as unknown as Attributes)
      refuseNaNOnWasm(host, 'MambaNetwork', inputs as Tensors, results, 1)
      return results
    },
  })
  tf.registerKernel({
    kernelName: 'MambaNetworkGrad',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { dy, ...tensors } = inputs as Tensors
      return backward(wasmHost(backend as object)!, dy!, tensors, attrs as unknown as Attributes)
    },
  })
}
