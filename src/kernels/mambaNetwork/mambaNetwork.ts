import * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, runOperation, shapesOf } from '../operation.js'
import { wasmHost } from '../wasm/wasmHost.js'
import { type NetworkDims, registerNetworkOnWasm } from './wasm.js'

/** Weights of a network as tensors, by PyTorch name. */
export type WeightTensors = Readonly<Record<string, tf.Tensor>>

/** Whether the active backend has the whole network as one operation. */
export const hasFusedNetwork = (): boolean => tf.getBackend() === 'wasm' && wasmHost(tf.backend()) !== undefined

/**
 * The whole network, embedding to linear head (src/model/mambaNetwork.ts), as one operation on 'wasm', so that neither a
 * tape nor JavaScript runs between its layers: x (b, l, features) to (b, l, outputs). Differentiable in x and every weight.
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function fusedNetwork(weights: WeightTensors, x: tf.Tensor3D, epsilon: number): tf.Tensor3D {
  const inputs = { x, ...weights }
  const dims = checkNetwork(inputs)
  const { b, l, outputs } = dims
  return runOperation('MambaNetwork', inputs, { ...dims, epsilon, outputShape: [b, l, outputs] }) as tf.Tensor3D
}

/** The sizes of a network's inputs, all of which fit. @throws KernelInputError as fusedNetwork */
export function checkNetwork(inputs: Record<string, tf.Tensor>): NetworkDims {
  const dims = dimsOf(inputs)
  checkShapes('MambaNetwork', inputs, expectedShapes(dims))
  return dims
}

function dimsOf(inputs: Record<string, tf.Tensor>): NetworkDims {
  const { x, 'embed.weight': embed, 'head.weight': head } = inputs
  const [conv, dt, ALog] = ['conv1d.weight', 'dt_proj.weight', 'A_log'].map((name) => inputs[`blocks.0.${name}`])
  if (x?.rank !== 3 || embed?.rank !== 2 || head?.rank !== 2 || conv?.rank !== 3 || dt?.rank !== 2 || ALog?.rank !== 2)
    throw new KernelInputError('MambaNetwork', 'a weight is missing or has another rank', shapesOf(inputs))
  const [b, l, features] = x.shape as [number, number, number]
  const [e, n] = ALog.shape as [number, number]
  let layers = 1
  while (`norms.${layers}.weight` in inputs) layers++
  return {
    b,
    l,
    features,
    d: embed.shape[0]!,
    e,
    n,
    r: dt.shape[1]!,
    k: conv.shape[2]!,
    outputs: head.shape[0]!,
    layers,
  }
}

function expectedShapes({ b, l, features, d, e, n, r, k, outputs, layers }: NetworkDims): Record<string, number[]> {
  const layer = (i: number): Record<string, number[]> => ({
    [`norms.${i}.weight`]: [d],
    [`blocks.${i}.in_proj.weight`]: [2 * e, d],
    [`blocks.${i}.conv1d.weight`]: [e, 1, k],
    [`blocks.${i}.conv1d.bias`]: [e],
    [`blocks.${i}.x_proj.weight`]: [r + 2 * n, e],
    [`blocks.${i}.dt_proj.weight`]: [e, r],
    [`blocks.${i}.dt_proj.bias`]: [e],
    [`blocks.${i}.A_log`]: [e, n],
    [`blocks.${i}.D`]: [e],
    [`blocks.${i}.out_proj.weight`]: [d, e],
  })
  return Object.assign(
    { x: [b, l, features], 'embed.weight': [d, features], 'embed.bias': [d] },
    ...Array.from({ length: layers }, (_, i) => layer(i)),
    { 'norm_f.weight': [d], 'head.weight': [outputs, d], 'head.bias': [outputs] },
  )
}

registerNetworkOnWasm()
