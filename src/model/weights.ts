import { contextWeightShapes, embeddedFeatures } from './contextShape.js'
import type { MambaShape, WeightArray, Weights } from './forecaster.js'

/** Derived sizes of a network in the paper's symbols: E = expand D, R = dt_rank with `'auto'` resolved to ceil(D / 16). */
export function blockSizes(shape: MambaShape): { D: number; E: number; N: number; K: number; R: number } {
  const D = shape.dModel
  const R = shape.dtRank === 'auto' ? Math.ceil(D / 16) : shape.dtRank
  return { D, E: shape.expand * D, N: shape.dState, K: shape.dConv, R }
}

/** Names and shapes of every weight in their canonical order: PyTorch names, Linear (out, in), Conv1d (channels, 1, K). */
export function weightShapes(shape: MambaShape): [name: string, shape: number[]][] {
  const { D, E, N, K, R } = blockSizes(shape)
  const block = (i: number): [string, number[]][] => [
    [`norms.${i}.weight`, [D]],
    [`blocks.${i}.A_log`, [E, N]],
    [`blocks.${i}.D`, [E]],
    [`blocks.${i}.in_proj.weight`, [2 * E, D]],
    [`blocks.${i}.conv1d.weight`, [E, 1, K]],
    [`blocks.${i}.conv1d.bias`, [E]],
    [`blocks.${i}.x_proj.weight`, [R + 2 * N, E]],
    [`blocks.${i}.dt_proj.weight`, [E, R]],
    [`blocks.${i}.dt_proj.bias`, [E]],
    [`blocks.${i}.out_proj.weight`, [D, E]],
  ]
  return [
    ['embed.weight', [D, embeddedFeatures(shape)]],
    ['embed.bias', [D]],
    ...Array.from({ length: shape.nLayers }, (_, i) => block(i)).flat(),
    ['norm_f.weight', [D]],
    ['head.weight', [shape.outputs, D]],
    ['head.bias', [shape.outputs]],
    ...contextWeightShapes(shape),
  ]
}

/** Number of elements of an array of the given shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** Number of trainable parameters. */
export const parameterCount = (shape: MambaShape): number =>
  weightShapes(shape).reduce((sum, [, dims]) => sum + sizeOf(dims), 0)

/**
 * All weights in canonical order as one vector of `parameterCount(shape)` floats.
 * @throws Error naming the first weight that is missing or whose shape differs.
 */
export function flattenWeights(shape: MambaShape, weights: Weights): Float32Array {
  const flat = new Float32Array(parameterCount(shape))
  let offset = 0
  for (const [name, dims] of weightShapes(shape)) {
    const weight = weights[name]
    if (!weight || weight.shape.join() !== dims.join() || weight.data.length !== sizeOf(dims)) {
      throw new Error(`weight '${name}' should have shape (${dims}) but has (${weight?.shape ?? 'none'})`)
    }
    flat.set(weight.data, offset)
    offset += weight.data.length
  }
  return flat
}

/** Inverse of `flattenWeights`: views into `flat`, not copies. */
export function unflattenWeights(shape: MambaShape, flat: Float32Array): Weights {
  const weights: Record<string, WeightArray> = {}
  let offset = 0
  for (const [name, dims] of weightShapes(shape)) {
    const size = sizeOf(dims)
    weights[name] = { shape: dims, data: flat.subarray(offset, offset + size) }
    offset += size
  }
  return weights
}
