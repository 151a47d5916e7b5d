import { sigmoid } from '../activation.js'
import type { FloatArray } from '../operation.js'
import { type FloatArrays, type PlainKernel, zerosLike } from '../plainKernel.js'

/** b batch, l time, h hidden units. */
export interface LstmDims {
  readonly b: number
  readonly l: number
  readonly h: number
}

/** One sequence from an empty state: gates (l, 4h) after their activations, in the order i f g o; cells and states (l + 1, h). */
function unroll({ x, weight }: FloatArrays, { l, h }: LstmDims, batch: number) {
  const gates = new Float64Array(l * 4 * h)
  const cell = new Float64Array((l + 1) * h)
  const state = new Float64Array((l + 1) * h)
  for (let t = 0; t < l; t++) {
    const row = (batch * l + t) * 4 * h
    for (let r = 0; r < 4 * h; r++) {
      let sum = x![row + r]!
      for (let j = 0; j < h; j++) sum += weight![r * h + j]! * state[t * h + j]!
      gates[t * 4 * h + r] = r >= 2 * h && r < 3 * h ? Math.tanh(sum) : sigmoid(sum)
    }
    for (let j = 0; j < h; j++) {
      const at = t * 4 * h + j
      const c = gates[at + h]! * cell[t * h + j]! + gates[at]! * gates[at + 2 * h]!
      cell[(t + 1) * h + j] = c
      state[(t + 1) * h + j] = gates[at + 3 * h]! * Math.tanh(c)
    }
  }
  return { gates, cell, state }
}

function forward(inputs: FloatArrays, dims: LstmDims): FloatArray {
  const { b, l, h } = dims
  const out = zerosLike(inputs.x!, b * l * h)
  for (let batch = 0; batch < b; batch++) out.set(unroll(inputs, dims, batch).state.subarray(h), batch * l * h)
  return out
}

function backward(dy: FloatArray, inputs: FloatArrays, dims: LstmDims): FloatArrays {
  const dx = zerosLike(inputs.x!)
  const dWeight = new Float64Array(inputs.weight!.length)
  for (let batch = 0; batch < dims.b; batch++) sequenceBackward(dy, inputs, dims, batch, dx, dWeight)
  return { x: dx, weight: dy instanceof Float64Array ? dWeight : Float32Array.from(dWeight) }
}

/** Backpropagation through time of one sequence; dz are the gradients before the activations. */
function sequenceBackward(
  dy: FloatArray,
  inputs: FloatArrays,
  dims: LstmDims,
  batch: number,
  dx: FloatArray,
  dWeight: Float64Array,
): void {
  const { l, h } = dims
  const { gates, cell, state } = unroll(inputs, dims, batch)
  const weight = inputs.weight!
  const dState = new Float64Array(h) // what the next step wants of this one's state
  const dCell = new Float64Array(h)
  const dz = new Float64Array(4 * h)
  for (let t = l - 1; t >= 0; t--) {
    for (let j = 0; j < h; j++) {
      const at = t * 4 * h + j
      const [i, f, g, o] = [gates[at]!, gates[at + h]!, gates[at + 2 * h]!, gates[at + 3 * h]!]
      const squashed = Math.tanh(cell[(t + 1) * h + j]!)
      const dh = dy[(batch * l + t) * h + j]! + dState[j]!
      const dc = dCell[j]! + dh * o * (1 - squashed * squashed)
      dz[j] = dc * g * i * (1 - i)
      dz[j + h] = dc * cell[t * h + j]! * f * (1 - f)
      dz[j + 2 * h] = dc * i * (1 - g * g)
      dz[j + 3 * h] = dh * squashed * o * (1 - o)
      dCell[j] = dc * f
    }
    dState.fill(0)
    for (let r = 0; r < 4 * h; r++) {
      const d = dz[r]!
      for (let j = 0; j < h; j++) {
        dState[j]! += d * weight[r * h + j]!
        dWeight[r * h + j]! += d * state[t * h + j]!
      }
    }
    dx.set(dz, (batch * l + t) * 4 * h)
  }
}

export const plainLstm: PlainKernel = { name: 'Lstm', forward, backward }
