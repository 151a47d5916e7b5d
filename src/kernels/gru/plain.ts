import { sigmoid } from '../activation.js'
import type { FloatArray } from '../operation.js'
import { type FloatArrays, type PlainKernel, zerosLike } from '../plainKernel.js'

/** b batch, l time, h hidden units. */
export interface GruDims {
  readonly b: number
  readonly l: number
  readonly h: number
}

/**
 * One sequence from an empty state: gates (l, 3h) after their activations, in the order r z n; what the reset gate
 * multiplies, `recalled` (l, h); states (l + 1, h).
 */
function unroll({ x, weight, bias }: FloatArrays, { l, h }: GruDims, batch: number) {
  const gates = new Float64Array(l * 3 * h)
  const recalled = new Float64Array(l * h)
  const state = new Float64Array((l + 1) * h)
  for (let t = 0; t < l; t++) {
    const row = (batch * l + t) * 3 * h
    for (let r = 0; r < 3 * h; r++) {
      let sum = bias![r]!
      for (let j = 0; j < h; j++) sum += weight![r * h + j]! * state[t * h + j]!
      if (r < 2 * h) gates[t * 3 * h + r] = sigmoid(x![row + r]! + sum)
      else recalled[t * h + r - 2 * h] = sum
    }
    for (let j = 0; j < h; j++) {
      const at = t * 3 * h + j
      const n = Math.tanh(x![row + 2 * h + j]! + gates[at]! * recalled[t * h + j]!)
      const z = gates[at + h]!
      gates[at + 2 * h] = n
      state[(t + 1) * h + j] = (1 - z) * n + z * state[t * h + j]!
    }
  }
  return { gates, recalled, state }
}

function forward(inputs: FloatArrays, dims: GruDims): FloatArray {
  const { b, l, h } = dims
  const out = zerosLike(inputs.x!, b * l * h)
  for (let batch = 0; batch < b; batch++) out.set(unroll(inputs, dims, batch).state.subarray(h), batch * l * h)
  return out
}

function backward(dy: FloatArray, inputs: FloatArrays, dims: GruDims): FloatArrays {
  const grad = {
    x: zerosLike(inputs.x!),
    weight: new Float64Array(inputs.weight!.length),
    bias: new Float64Array(inputs.bias!.length),
  }
  for (let batch = 0; batch < dims.b; batch++) sequenceBackward(dy, inputs, dims, batch, grad)
  if (dy instanceof Float64Array) return grad
  return { x: grad.x, weight: Float32Array.from(grad.weight), bias: Float32Array.from(grad.bias) }
}

/** Backpropagation through time of one sequence; dz are the gradients of the recurrent sums, before the activations. */
function sequenceBackward(
  dy: FloatArray,
  inputs: FloatArrays,
  dims: GruDims,
  batch: number,
  grad: { x: FloatArray; weight: Float64Array; bias: Float64Array },
): void {
  const { l, h } = dims
  const { gates, recalled, state } = unroll(inputs, dims, batch)
  const weight = inputs.weight!
  const dState = new Float64Array(h)
  const dz = new Float64Array(3 * h)
  for (let t = l - 1; t >= 0; t--) {
    const row = (batch * l + t) * 3 * h
    for (let j = 0; j < h; j++) {
      const at = t * 3 * h + j
      const [r, z, n] = [gates[at]!, gates[at + h]!, gates[at + 2 * h]!]
      const dh = dy[(batch * l + t) * h + j]! + dState[j]!
      const dn = dh * (1 - z) * (1 - n * n)
      dz[j] = dn * recalled[t * h + j]! * r * (1 - r)
      dz[j + h] = dh * (state[t * h + j]! - n) * z * (1 - z)
      dz[j + 2 * h] = dn * r
      grad.x[row + j] = dz[j]!
      grad.x[row + j + h] = dz[j + h]!
      grad.x[row + j + 2 * h] = dn
      dState[j] = dh * z
    }
    for (let r = 0; r < 3 * h; r++) {
      const d = dz[r]!
      grad.bias[r]! += d
      for (let j = 0; j < h; j++) {
        dState[j]! += d * weight[r * h + j]!
        grad.weight[r * h + j]! += d * state[t * h + j]!
      }
    }
  }
}

export const plainGru: PlainKernel = { name: 'Gru', forward, backward }
