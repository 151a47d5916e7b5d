import { silu, siluGradient } from '../activation.js'
import type { FloatArray } from '../operation.js'
import { type FloatArrays, type PlainKernel, zerosLike } from '../plainKernel.js'

/** b batch, l time, e channels, k taps. */
export interface ConvDims {
  readonly b: number
  readonly l: number
  readonly e: number
  readonly k: number
}

/** bias + sum_j weight[j] x[t-k+1+j] for one output element; zeros before t = 0. */
function convolve(inputs: FloatArrays, { l, e, k }: ConvDims, batch: number, t: number, channel: number): number {
  const { x, weight, bias } = inputs as Record<string, FloatArray>
  let sum = bias![channel]!
  for (let j = Math.max(0, k - 1 - t); j < k; j++)
    sum += weight![channel * k + j]! * x![(batch * l + t - k + 1 + j) * e + channel]!
  return sum
}

function forward(inputs: FloatArrays, dims: ConvDims): FloatArray {
  const { b, l, e } = dims
  const out = zerosLike(inputs.x!)
  for (let batch = 0; batch < b; batch++)
    for (let t = 0; t < l; t++)
      for (let channel = 0; channel < e; channel++)
        out[(batch * l + t) * e + channel] = silu(convolve(inputs, dims, batch, t, channel))
  return out
}

function backward(dy: FloatArray, inputs: FloatArrays, dims: ConvDims): FloatArrays {
  const { b, l, e, k } = dims
  const { x, weight, bias } = inputs as Record<string, FloatArray>
  const dx = zerosLike(x!)
  const dWeight = zerosLike(weight!)
  const dBias = zerosLike(bias!)
  for (let batch = 0; batch < b; batch++)
    for (let t = 0; t < l; t++)
      for (let channel = 0; channel < e; channel++) {
        const g = dy[(batch * l + t) * e + channel]! * siluGradient(convolve(inputs, dims, batch, t, channel))
        dBias[channel]! += g
        for (let j = Math.max(0, k - 1 - t); j < k; j++) {
          const i = (batch * l + t - k + 1 + j) * e + channel
          dWeight[channel * k + j]! += g * x![i]!
          dx[i]! += g * weight![channel * k + j]!
        }
      }
  return { x: dx, weight: dWeight, bias: dBias }
}

export const plainConv: PlainKernel = { name: 'CausalConv1d', forward, backward }
