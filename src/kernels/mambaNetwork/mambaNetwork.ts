import * as tf from '@tensorflow/tfjs'
import { KernelInputError, type Shapes } from '../kernelInputError.js'
import { checkShapes, runOperation, shapesOf } from '../operation.js'
import { wasmHost } from '../wasm/wasmHost.js'
import { type FlatOffsets, type NetworkDims, registerNetworkOnWasm } from './wasm.js'

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

/** A network whose weights lie one after the other in one vector. */
export interface FlatLayout {
  readonly dims: Omit<NetworkDims, 'b' | 'l'>
  readonly offsets: FlatOffsets
  /** Floats of the vector. */ readonly size: number
}

/**
 * The layout of weights by name and shape, in the order in which they lie in the vector.
 * @throws KernelInputError when they are not those of one network
 */
export function flatLayout(weights: readonly (readonly [name: string, shape: readonly number[]])[]): FlatLayout {
  const shapes: Shapes = Object.fromEntries(weights)
  const [b, l] = [1, 1]
  const { x: _, ...expected } = expectedShapes({ ...weightDims(shapes), b, l })
  const offsets: FlatOffsets = {}
  let size = 0
  for (const [name, shape] of weights) {
    if (!expected[name]) throw new KernelInputError('MambaNetwork', `${name} is none of its weights`, shapes)
    if (String(shape) !== String(expected[name]))
      throw new KernelInputError('MambaNetwork', `${name} should have shape [${expected[name].join(', ')}]`, shapes)
    offsets[name] = size
    size += shape.reduce((product, dimension) => product * dimension, 1)
  }
  const missing = Object.keys(expected).find((name) => !(name in offsets))
  if (missing) throw new KernelInputError('MambaNetwork', `${missing} is missing`, shapes)
  return { dims: weightDims(shapes), offsets, size }
}

/**
 * fusedNetwork of weights in one vector, so that a training step hands around one tensor, not dozens. Differentiable in that
 * vector alone.
 * @throws KernelInputError as fusedNetwork
 */
export function flatNetwork(weights: tf.Tensor1D, layout: FlatLayout, x: tf.Tensor3D, epsilon: number): tf.Tensor3D {
  const { dims, offsets, size } = layout
  const [b, l] = [x.shape[0], x.shape[1]]
  checkShapes('MambaNetwork', { x, weights }, { x: [b, l, dims.features], weights: [size] })
  const attributes = { ...dims, b, l, epsilon, offsets, outputShape: [b, l, dims.outputs] }
  return runOperation('MambaNetwork', { weights }, attributes as unknown as tf.NamedAttrMap, { x }) as tf.Tensor3D
}

/** The sizes of a network's inputs, all of which fit. @throws KernelInputError as fusedNetwork */
export function checkNetwork(inputs: Record<string, tf.Tensor>): NetworkDims {
  const dims = dimsOf(shapesOf(inputs))
  checkShapes('MambaNetwork', inputs, expectedShapes(dims))
  return dims
}

function dimsOf(shapes: Shapes): NetworkDims {
  const { x } = shapes
  if (x?.length !== 3) throw new KernelInputError('MambaNetwork', 'x should have three dimensions', shapes)
  return { ...weightDims(shapes), b: x[0]!, l: x[1]!, features: x[2]! }
}

function weightDims(shapes: Shapes): Omit<NetworkDims, 'b' | 'l'> {
  const { 'embed.weight': embed, 'head.weight': head } = shapes
  const [conv, dt, ALog] = ['conv1d.weight', 'dt_proj.weight', 'A_log'].map((name) => shapes[`blocks.0.${name}`])
  if (embed?.length !== 2 || head?.length !== 2 || conv?.length !== 3 || dt?.length !== 2 || ALog?.length !== 2)
    throw new KernelInputError('MambaNetwork', 'a weight is missing or has another rank', shapes)
  const [e, n] = ALog as [number, number]
  let layers = 1
  while (`norms.${layers}.weight` in shapes) layers++
  const [d, features] = embed as [number, number]
  return { features, d, e, n, r: dt[1]!, k: conv[2]!, outputs: head[0]!, layers }
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
