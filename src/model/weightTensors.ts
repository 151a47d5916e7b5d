import * as tf from '@tensorflow/tfjs'
import { hasFusedNetwork } from '../kernels/mambaNetwork/mambaNetwork.js'
import type { MambaShape, Weights } from './forecaster.js'
import type { WeightTensors } from './mambaBlock.js'
import { flattenWeights, unflattenWeights, weightShapes } from './weights.js'

/** One tensor per weight, in canonical order; the caller disposes them. */
export const toTensors = (shape: MambaShape, weights: Weights): tf.Tensor[] =>
  weightShapes(shape).map(([name, dims]) => tf.tensor(weights[name]!.data, dims))

/**
 * The weights as a training changes them: one vector of all where the network runs as one operation, else as toTensors. The
 * caller disposes them.
 */
export const toParameters = (shape: MambaShape, weights: Weights): tf.Tensor[] =>
  hasFusedNetwork() && !shape.context ? [tf.tensor1d(flattenWeights(shape, weights))] : toTensors(shape, weights)

/** Whether these are weights in one vector. */
export const isFlat = (parameters: readonly tf.Tensor[]): boolean => parameters.length === 1

/** The same tensors by name, as `forward` takes them. */
export const byName = (shape: MambaShape, tensors: readonly tf.Tensor[]): WeightTensors =>
  Object.fromEntries(weightShapes(shape).map(([name], i) => [name, tensors[i]!]))

/** Reads tensors in canonical order, or one of all, back into plain arrays, all views of one buffer, bit for bit. */
export async function readWeights(shape: MambaShape, tensors: readonly tf.Tensor[]): Promise<Weights> {
  const parts = await Promise.all(tensors.map((tensor) => tensor.data()))
  const flat = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    flat.set(part, offset)
    offset += part.length
  }
  return unflattenWeights(shape, flat)
}
