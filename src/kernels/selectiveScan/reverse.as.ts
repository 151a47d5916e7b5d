// The reverse recurrence of the scan over one segment: states again from the one before it, then their gradients backwards
// (layout: tiles.as.ts).
import { load, madd, splat, store } from '../wasm/simd.as'
import { decaysOfFour, TILE } from './decay.as'
import { advance, BLOCK, DB, DC, DTU, GRADIENT, H, H_STRIDE, MOST, SUM_A, SUM_B } from './tiles.as'

/** States of four states over a segment into the work tiles, from the state before it; adds g h to the tiles DC. */
// @ts-expect-error: decorator
@inline
function recomputeFour(h: usize, q: usize, r: usize, p: usize, w: usize): void {
  let h0 = load(h)
  let h1 = v128.load(h, 16)
  let h2 = v128.load(h, 32)
  let h3 = v128.load(h, 48)
  v128.store(w, h0, H)
  v128.store(w, h1, H + H_STRIDE)
  v128.store(w, h2, H + 2 * H_STRIDE)
  v128.store(w, h3, H + 3 * H_STRIDE)
  for (const end = p + TILE; p < end; p += 16, q += 32, r += 16, w += 16) {
    const dtu = v128.load(p, DTU)
    const g = v128.load(p, GRADIENT)
    h0 = advance(load(w), h0, dtu, v128.load32_splat(q))
    v128.store(w, h0, H + 16)
    v128.store(r, madd(g, h0, v128.load(r, DC)), DC)
    h1 = advance(v128.load(w, TILE), h1, dtu, v128.load32_splat(q, 4))
    v128.store(w, h1, H + H_STRIDE + 16)
    v128.store(r, madd(g, h1, v128.load(r, DC + TILE)), DC + TILE)
    h2 = advance(v128.load(w, 2 * TILE), h2, dtu, v128.load32_splat(q, 8))
    v128.store(w, h2, H + 2 * H_STRIDE + 16)
    v128.store(r, madd(g, h2, v128.load(r, DC + 2 * TILE)), DC + 2 * TILE)
    h3 = advance(v128.load(w, 3 * TILE), h3, dtu, v128.load32_splat(q, 12))
    v128.store(w, h3, H + 3 * H_STRIDE + 16)
    v128.store(r, madd(g, h3, v128.load(r, DC + 3 * TILE)), DC + 3 * TILE)
  }
}

/**
 * The reverse recurrence of four states over a segment; carry holds a[t+1] G[t+1] of the segment after it. Leaves
 * k = G a h[t-1] in place of the decays.
 */
// @ts-expect-error: decorator
@inline
function reverseFour(blocks: usize, first: usize, work: usize, carry: usize): void {
  let carry0 = load(carry)
  let carry1 = v128.load(carry, 16)
  let carry2 = v128.load(carry, 32)
  let carry3 = v128.load(carry, 48)
  let q = blocks + 2 * (TILE - 16)
  let r = blocks + (TILE - 16)
  let w = work + (TILE - 16)
  for (let p = first + (TILE - 16); p >= first; p -= 16, q -= 32, r -= 16, w -= 16) {
    const g = v128.load(p, GRADIENT)
    const dtu = v128.load(p, DTU)
    const G0 = madd(g, v128.load32_splat(q, 16), carry0)
    let sumB = madd(G0, v128.load32_splat(q), v128.load(p, SUM_B))
    v128.store(r, madd(G0, dtu, v128.load(r, DB)), DB)
    carry0 = f32x4.mul(load(w), G0)
    store(w, f32x4.mul(carry0, v128.load(w, H)))
    const G1 = madd(g, v128.load32_splat(q, 20), carry1)
    sumB = madd(G1, v128.load32_splat(q, 4), sumB)
    v128.store(r, madd(G1, dtu, v128.load(r, DB + TILE)), DB + TILE)
    carry1 = f32x4.mul(v128.load(w, TILE), G1)
    v128.store(w, f32x4.mul(carry1, v128.load(w, H + H_STRIDE)), TILE)
    const G2 = madd(g, v128.load32_splat(q, 24), carry2)
    sumB = madd(G2, v128.load32_splat(q, 8), sumB)
    v128.store(r, madd(G2, dtu, v128.load(r, DB + 2 * TILE)), DB + 2 * TILE)
    carry2 = f32x4.mul(v128.load(w, 2 * TILE), G2)
    v128.store(w, f32x4.mul(carry2, v128.load(w, H + 2 * H_STRIDE)), 2 * TILE)
    const G3 = madd(g, v128.load32_splat(q, 28), carry3)
    v128.store(p, madd(G3, v128.load32_splat(q, 12), sumB), SUM_B)
    v128.store(r, madd(G3, dtu, v128.load(r, DB + 3 * TILE)), DB + 3 * TILE)
    carry3 = f32x4.mul(v128.load(w, 3 * TILE), G3)
    v128.store(w, f32x4.mul(carry3, v128.load(w, H + 3 * H_STRIDE)), 3 * TILE)
  }
  store(carry, carry0)
  v128.store(carry, carry1, 16)
  v128.store(carry, carry2, 32)
  v128.store(carry, carry3, 48)
}

/** Adds sum_n k A to the tile SUM_A and sum_t k dt to dA, for the four states whose k reverseFour left. */
// @ts-expect-error: decorator
@inline
function decayGradients(A: usize, p: usize, k: usize, dA: usize): void {
  const A0 = load(A)
  const A1 = v128.load(A, 16)
  const A2 = v128.load(A, 32)
  const A3 = v128.load(A, 48)
  let dA0 = load(dA)
  let dA1 = v128.load(dA, 16)
  let dA2 = v128.load(dA, 32)
  let dA3 = v128.load(dA, 48)
  for (const end = p + TILE; p < end; p += 16, k += 16) {
    const d = load(p)
    const k0 = load(k)
    const k1 = v128.load(k, TILE)
    dA0 = madd(k0, d, dA0)
    dA1 = madd(k1, d, dA1)
    const sum = madd(k1, A1, madd(k0, A0, v128.load(p, SUM_A)))
    const k2 = v128.load(k, 2 * TILE)
    const k3 = v128.load(k, 3 * TILE)
    dA2 = madd(k2, d, dA2)
    dA3 = madd(k3, d, dA3)
    v128.store(p, madd(k3, A3, madd(k2, A2, sum)), SUM_A)
  }
  store(dA, dA0)
  v128.store(dA, dA1, 16)
  v128.store(dA, dA2, 32)
  v128.store(dA, dA3, 48)
}

/** Recomputes and reverses all states of one group over a segment. */
export function reverseGroup(
  A: usize, c: usize, h: usize, blocks: usize, p: usize, work: usize, carry: usize, dA: usize, n: i32,
): void {
  const most = v128.load(p, MOST)
  const one = splat(1)
  for (let s = 0; s < n; s += 4, A += 64, c += 320, h += 64, blocks += BLOCK, carry += 64, dA += 64) {
    decaysOfFour(A, c, p, most, work, one)
    recomputeFour(h, blocks, blocks, p, work)
    reverseFour(blocks, p, work, carry)
    decayGradients(A, p, work, dA)
  }
}
