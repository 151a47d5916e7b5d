import { sigmoid, silu, siluGradient, softplus } from '../activation.js'
import type { FloatArray } from '../operation.js'
import { type FloatArrays, type PlainKernel, zerosLike } from '../plainKernel.js'

/** b batch, l time, e channels (d_inner), n states (d_state). */
export interface ScanDims {
  readonly b: number
  readonly l: number
  readonly e: number
  readonly n: number
}

/** States of one channel of one sequence: (l + 1) × n, row 0 the empty state before t = 0. */
function states(inputs: FloatArrays, { l, e, n }: ScanDims, batch: number, channel: number): Float64Array {
  const { u, delta, A, B, deltaBias } = inputs as Record<string, FloatArray>
  const h = new Float64Array((l + 1) * n)
  for (let t = 0; t < l; t++) {
    const row = batch * l + t
    const dt = softplus(delta![row * e + channel]! + deltaBias![channel]!)
    for (let s = 0; s < n; s++) {
      const a = Math.exp(dt * A![channel * n + s]!)
      h[(t + 1) * n + s] = a * h[t * n + s]! + dt * u![row * e + channel]! * B![row * n + s]!
    }
  }
  return h
}

function forward(inputs: FloatArrays, dims: ScanDims): FloatArray {
  const { b, l, e, n } = dims
  const { u, C, D, z } = inputs as Record<string, FloatArray>
  const out = zerosLike(u!)
  for (let batch = 0; batch < b; batch++)
    for (let channel = 0; channel < e; channel++) {
      const h = states(inputs, dims, batch, channel)
      for (let t = 0; t < l; t++) {
        const row = batch * l + t
        const i = row * e + channel
        let y = D![channel]! * u![i]!
        for (let s = 0; s < n; s++) y += C![row * n + s]! * h[(t + 1) * n + s]!
        out[i] = y * silu(z![i]!)
      }
    }
  return out
}

function backward(dy: FloatArray, inputs: FloatArrays, dims: ScanDims): FloatArrays {
  const gradients = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, new Float64Array(input.length)]),
  )
  for (let batch = 0; batch < dims.b; batch++)
    for (let channel = 0; channel < dims.e; channel++)
      channelBackward(dy, inputs, dims, batch, channel, gradients as Record<string, Float64Array>)
  if (dy instanceof Float64Array) return gradients
  return Object.fromEntries(Object.entries(gradients).map(([name, values]) => [name, Float32Array.from(values)]))
}

/** Adds the gradients that flow through one channel of one sequence; G[t] = dL/dh[t] runs backwards in time. */
function channelBackward(
  dy: FloatArray,
  inputs: FloatArrays,
  dims: ScanDims,
  batch: number,
  channel: number,
  grad: Record<string, Float64Array>,
): void {
  const { l, e, n } = dims
  const { u, delta, A, B, C, D, z, deltaBias } = inputs as Record<string, FloatArray>
  const h = states(inputs, dims, batch, channel)
  const carried = new Float64Array(n) // a[t+1] G[t+1]
  for (let t = l - 1; t >= 0; t--) {
    const row = batch * l + t
    const i = row * e + channel
    const raw = delta![i]! + deltaBias![channel]!
    const dt = softplus(raw)
    const g = dy[i]! * silu(z![i]!)
    let y = D![channel]! * u![i]!
    let du = 0
    let ddt = 0
    for (let s = 0; s < n; s++) {
      const a = Math.exp(dt * A![channel * n + s]!)
      const ah = a * h[t * n + s]!
      const G = g * C![row * n + s]! + carried[s]!
      y += C![row * n + s]! * h[(t + 1) * n + s]!
      du += G * B![row * n + s]!
      ddt += G * A![channel * n + s]! * ah
      grad.A![channel * n + s]! += G * dt * ah
      grad.B![row * n + s]! += G * dt * u![i]!
      grad.C![row * n + s]! += g * h[(t + 1) * n + s]!
      carried[s] = a * G
    }
    const dRaw = (ddt + du * u![i]!) * sigmoid(raw)
    grad.u![i] = du * dt + g * D![channel]!
    grad.delta![i] = dRaw
    grad.deltaBias![channel]! += dRaw
    grad.D![channel]! += g * u![i]!
    grad.z![i] = dy[i]! * y * siluGradient(z![i]!)
  }
}

export const plainScan: PlainKernel = { name: 'SelectiveScan', forward, backward }
