import type { FloatArray } from '../operation.js'
import { type FloatArrays, type PlainKernel, zerosLike } from '../plainKernel.js'

/** b batch, l time, d width, shared evenly by `heads`; each row sees itself and the `window - 1` rows before it. */
export interface AttentionDims {
  readonly b: number
  readonly l: number
  readonly d: number
  readonly heads: number
  readonly window: number
}

/** Weights of row t over rows [first, t], written to `weights`; returns `first`. */
function attend(
  { q, k }: FloatArrays,
  { l, d, heads, window }: AttentionDims,
  batch: number,
  head: number,
  t: number,
  weights: Float64Array,
): number {
  const size = d / heads
  const slope = 2 ** ((-8 * (head + 1)) / heads)
  const first = Math.max(0, t - window + 1)
  const at = (batch * l + t) * d + head * size
  let highest = Number.NEGATIVE_INFINITY
  for (let s = first; s <= t; s++) {
    const other = (batch * l + s) * d + head * size
    let dot = 0
    for (let i = 0; i < size; i++) dot += q![at + i]! * k![other + i]!
    const score = dot / Math.sqrt(size) - slope * (t - s)
    weights[s - first] = score
    if (score > highest) highest = score
  }
  let sum = 0
  for (let i = 0; i <= t - first; i++) sum += weights[i] = Math.exp(weights[i]! - highest)
  for (let i = 0; i <= t - first; i++) weights[i]! /= sum
  return first
}

function forEachRow({ b, l, heads }: AttentionDims, visit: (batch: number, head: number, t: number) => void): void {
  for (let batch = 0; batch < b; batch++)
    for (let head = 0; head < heads; head++) for (let t = 0; t < l; t++) visit(batch, head, t)
}

function forward(inputs: FloatArrays, dims: AttentionDims): FloatArray {
  const { l, d, heads, window } = dims
  const size = d / heads
  const v = inputs.v!
  const out = zerosLike(v)
  const weights = new Float64Array(window)
  const sum = new Float64Array(size)
  forEachRow(dims, (batch, head, t) => {
    const first = attend(inputs, dims, batch, head, t, weights)
    sum.fill(0)
    for (let s = first; s <= t; s++) {
      const other = (batch * l + s) * d + head * size
      for (let i = 0; i < size; i++) sum[i]! += weights[s - first]! * v[other + i]!
    }
    out.set(sum, (batch * l + t) * d + head * size)
  })
  return out
}

/** With p the weights and dp = dy · v: ds = p (dp - sum p dp), then dq, dk through the scaled dot product. */
function backward(dy: FloatArray, inputs: FloatArrays, dims: AttentionDims): FloatArrays {
  const { l, d, heads, window } = dims
  const size = d / heads
  const { q, k, v } = inputs as Record<'q' | 'k' | 'v', FloatArray>
  const [dq, dk, dv] = [new Float64Array(q.length), new Float64Array(k.length), new Float64Array(v.length)]
  const weights = new Float64Array(window)
  const dp = new Float64Array(window)
  forEachRow(dims, (batch, head, t) => {
    const first = attend(inputs, dims, batch, head, t, weights)
    const at = (batch * l + t) * d + head * size
    let mean = 0
    for (let s = first; s <= t; s++) {
      const other = (batch * l + s) * d + head * size
      const p = weights[s - first]!
      let dot = 0
      for (let i = 0; i < size; i++) {
        dot += dy[at + i]! * v[other + i]!
        dv[other + i]! += p * dy[at + i]!
      }
      dp[s - first] = dot
      mean += p * dot
    }
    for (let s = first; s <= t; s++) {
      const other = (batch * l + s) * d + head * size
      const ds = (weights[s - first]! * (dp[s - first]! - mean)) / Math.sqrt(size)
      for (let i = 0; i < size; i++) {
        dq[at + i]! += ds * k[other + i]!
        dk[other + i]! += ds * q[at + i]!
      }
    }
  })
  if (dy instanceof Float64Array) return { q: dq, k: dk, v: dv }
  return { q: Float32Array.from(dq), k: Float32Array.from(dk), v: Float32Array.from(dv) }
}

export const plainSlidingAttention: PlainKernel = { name: 'SlidingAttention', forward, backward }
