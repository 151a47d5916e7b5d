import type { FloatArray } from '../operation.js'
import { type FloatArrays, type PlainKernel, zerosLike } from '../plainKernel.js'

export interface LinearDims {
  /** All leading dimensions of x together. */
  readonly rows: number
  readonly inner: number
  readonly columns: number
}

function forward(inputs: FloatArrays, { rows, inner, columns }: LinearDims): FloatArray {
  const { x, weight, bias } = inputs
  const out = zerosLike(x!, rows * columns)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      let sum = bias ? bias[j]! : 0
      for (let p = 0; p < inner; p++) sum += x![i * inner + p]! * weight![j * inner + p]!
      out[i * columns + j] = sum
    }
  return out
}

function backward(dy: FloatArray, inputs: FloatArrays, { rows, inner, columns }: LinearDims): FloatArrays {
  const { x, weight, bias } = inputs
  const dx = zerosLike(x!)
  const dWeight = new Float64Array(weight!.length)
  const dBias = new Float64Array(columns)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const g = dy[i * columns + j]!
      dBias[j]! += g
      for (let p = 0; p < inner; p++) {
        dx[i * inner + p]! += g * weight![j * inner + p]!
        dWeight[j * inner + p]! += g * x![i * inner + p]!
      }
    }
  const precise = dy instanceof Float64Array
  const gradients: FloatArrays = { x: dx, weight: precise ? dWeight : Float32Array.from(dWeight) }
  if (bias) gradients.bias = precise ? dBias : Float32Array.from(dBias)
  return gradients
}

export const plainLinear: PlainKernel = { name: 'Linear', forward, backward }
