import type { FloatArray } from '../operation.js'
import { type FloatArrays, type PlainKernel, zerosLike } from '../plainKernel.js'

export interface RmsNormDims {
  readonly rows: number
  readonly d: number
  readonly epsilon: number
}

/** 1 / sqrt(mean(x²) + epsilon) of one row. */
function inverseRms(x: FloatArray, row: number, { d, epsilon }: RmsNormDims): number {
  let sum = 0
  for (let j = 0; j < d; j++) sum += x[row * d + j]! ** 2
  return 1 / Math.sqrt(sum / d + epsilon)
}

function forward({ x, weight }: FloatArrays, dims: RmsNormDims): FloatArray {
  const out = zerosLike(x!)
  for (let row = 0; row < dims.rows; row++) {
    const r = inverseRms(x!, row, dims)
    for (let j = 0; j < dims.d; j++) out[row * dims.d + j] = x![row * dims.d + j]! * r * weight![j]!
  }
  return out
}

/** With r the inverse root: dx = r (w dy) - x r³ mean(w dy x). */
function backward(dy: FloatArray, { x, weight }: FloatArrays, dims: RmsNormDims): FloatArrays {
  const { rows, d } = dims
  const dx = zerosLike(x!)
  const dWeight = new Float64Array(d)
  for (let row = 0; row < rows; row++) {
    const r = inverseRms(x!, row, dims)
    let dot = 0
    for (let j = 0; j < d; j++) dot += dy[row * d + j]! * weight![j]! * x![row * d + j]!
    for (let j = 0; j < d; j++) {
      const i = row * d + j
      dWeight[j]! += dy[i]! * x![i]! * r
      dx[i] = r * weight![j]! * dy[i]! - (x![i]! * r ** 3 * dot) / d
    }
  }
  return { x: dx, weight: dy instanceof Float64Array ? dWeight : Float32Array.from(dWeight) }
}

export const plainRmsNorm: PlainKernel = { name: 'RmsNorm', forward, backward }
