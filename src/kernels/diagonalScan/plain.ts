import type { FloatArray } from '../operation.js'
import { type FloatArrays, type PlainKernel, zerosLike } from '../plainKernel.js'

/** b batch, l time, e channels, n states. */
export interface DiagonalDims {
  readonly b: number
  readonly l: number
  readonly e: number
  readonly n: number
}

function forward({ u, a, c }: FloatArrays, { b, l, e, n }: DiagonalDims): FloatArray {
  const out = zerosLike(u!)
  const h = new Float64Array(n)
  for (let batch = 0; batch < b; batch++)
    for (let channel = 0; channel < e; channel++) {
      h.fill(0)
      for (let t = 0; t < l; t++) {
        const i = (batch * l + t) * e + channel
        let y = 0
        for (let s = 0; s < n; s++) {
          h[s] = a![channel * n + s]! * h[s]! + u![i]!
          y += c![channel * n + s]! * h[s]!
        }
        out[i] = y
      }
    }
  return out
}

function backward(dy: FloatArray, inputs: FloatArrays, dims: DiagonalDims): FloatArrays {
  const { b, e } = dims
  const grad = {
    u: zerosLike(inputs.u!),
    a: new Float64Array(inputs.a!.length),
    c: new Float64Array(inputs.c!.length),
  }
  for (let batch = 0; batch < b; batch++)
    for (let channel = 0; channel < e; channel++) channelBackward(dy, inputs, dims, batch, channel, grad)
  if (dy instanceof Float64Array) return grad
  return { u: grad.u, a: Float32Array.from(grad.a), c: Float32Array.from(grad.c) }
}

/** One channel of one sequence: its states again, (l + 1) × n with an empty first row, then G[t] = g c + a G[t+1]. */
function channelBackward(
  dy: FloatArray,
  { u, a, c }: FloatArrays,
  { l, e, n }: DiagonalDims,
  batch: number,
  channel: number,
  grad: { u: FloatArray; a: Float64Array; c: Float64Array },
): void {
  const h = new Float64Array((l + 1) * n)
  for (let t = 0; t < l; t++)
    for (let s = 0; s < n; s++)
      h[(t + 1) * n + s] = a![channel * n + s]! * h[t * n + s]! + u![(batch * l + t) * e + channel]!
  const carried = new Float64Array(n)
  for (let t = l - 1; t >= 0; t--) {
    const i = (batch * l + t) * e + channel
    let du = 0
    for (let s = 0; s < n; s++) {
      const k = channel * n + s
      const G = dy[i]! * c![k]! + carried[s]!
      du += G
      grad.a[k]! += G * h[t * n + s]!
      grad.c[k]! += dy[i]! * h[(t + 1) * n + s]!
      carried[s] = a![k]! * G
    }
    grad.u[i] = du
  }
}

export const plainDiagonalScan: PlainKernel = { name: 'DiagonalScan', forward, backward }
