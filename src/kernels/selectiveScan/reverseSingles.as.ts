// The reverse recurrence of the scan (reverse.as.ts) on single vectors, for where V8 does not join them: the sums of four states fit
// into the registers, those of pairs do not. Four channels of a group at a time; tiles keep their layout (tiles.as.ts), and the
// results their bits.
import { load, madd, store } from '../wasm/simd.as'
import { PAIR, SEGMENT, TILE } from './decay.as'
import { advance, DC, DTU, GRADIENT, H, H_STRIDE, SUM_A, SUM_B } from './tiles.as'

/** States of four states over a segment, from the state before it; adds g h to the tiles DC. */
// @ts-expect-error: decorator
@inline
function recompute(h: usize, B: usize, stride: usize, r: usize, p: usize, w: usize): void {
  let h0 = load(h)
  let h1 = v128.load(h, PAIR)
  let h2 = v128.load(h, 2 * PAIR)
  let h3 = v128.load(h, 3 * PAIR)
  v128.store(w, h0, H)
  v128.store(w, h1, H + H_STRIDE)
  v128.store(w, h2, H + 2 * H_STRIDE)
  v128.store(w, h3, H + 3 * H_STRIDE)
  for (const end = p + TILE; p < end; p += PAIR, B += stride, r += PAIR, w += PAIR) {
    const dtu = v128.load(p, DTU)
    const g = v128.load(p, GRADIENT)
    h0 = advance(load(w), h0, dtu, v128.load32_splat(B))
    v128.store(w, h0, H + PAIR)
    v128.store(r, madd(g, h0, v128.load(r, DC)), DC)
    h1 = advance(v128.load(w, TILE), h1, dtu, v128.load32_splat(B, 4))
    v128.store(w, h1, H + PAIR + H_STRIDE)
    v128.store(r, madd(g, h1, v128.load(r, DC + TILE)), DC + TILE)
    h2 = advance(v128.load(w, 2 * TILE), h2, dtu, v128.load32_splat(B, 8))
    v128.store(w, h2, H + PAIR + 2 * H_STRIDE)
    v128.store(r, madd(g, h2, v128.load(r, DC + 2 * TILE)), DC + 2 * TILE)
    h3 = advance(v128.load(w, 3 * TILE), h3, dtu, v128.load32_splat(B, 12))
    v128.store(w, h3, H + PAIR + 3 * H_STRIDE)
    v128.store(r, madd(g, h3, v128.load(r, DC + 3 * TILE)), DC + 3 * TILE)
  }
}

/** The recurrence of four states, backwards; leaves k = G a h[t-1] in place of the decays. */
// @ts-expect-error: decorator
@inline
function reverse(B: usize, C: usize, stride: usize, tiles: usize, first: usize, work: usize, carry: usize): void {
  let carry0 = load(carry)
  let carry1 = v128.load(carry, PAIR)
  let carry2 = v128.load(carry, 2 * PAIR)
  let carry3 = v128.load(carry, 3 * PAIR)
  let b = B + (SEGMENT - 1) * stride
  let c = C + (SEGMENT - 1) * stride
  let r = tiles + (TILE - PAIR)
  let w = work + (TILE - PAIR)
  for (let p = first + (TILE - PAIR); p >= first; p -= PAIR, b -= stride, c -= stride, r -= PAIR, w -= PAIR) {
    const g = v128.load(p, GRADIENT)
    const dtu = v128.load(p, DTU)
    const G0 = madd(g, v128.load32_splat(c), carry0)
    let sumB = madd(G0, v128.load32_splat(b), v128.load(p, SUM_B))
    store(r, madd(G0, dtu, load(r)))
    carry0 = f32x4.mul(load(w), G0)
    store(w, f32x4.mul(carry0, v128.load(w, H)))
    const G1 = madd(g, v128.load32_splat(c, 4), carry1)
    sumB = madd(G1, v128.load32_splat(b, 4), sumB)
    v128.store(r, madd(G1, dtu, v128.load(r, TILE)), TILE)
    carry1 = f32x4.mul(v128.load(w, TILE), G1)
    v128.store(w, f32x4.mul(carry1, v128.load(w, H + H_STRIDE)), TILE)
    const G2 = madd(g, v128.load32_splat(c, 8), carry2)
    sumB = madd(G2, v128.load32_splat(b, 8), sumB)
    v128.store(r, madd(G2, dtu, v128.load(r, 2 * TILE)), 2 * TILE)
    carry2 = f32x4.mul(v128.load(w, 2 * TILE), G2)
    v128.store(w, f32x4.mul(carry2, v128.load(w, H + 2 * H_STRIDE)), 2 * TILE)
    const G3 = madd(g, v128.load32_splat(c, 12), carry3)
    v128.store(p, madd(G3, v128.load32_splat(b, 12), sumB), SUM_B)
    v128.store(r, madd(G3, dtu, v128.load(r, 3 * TILE)), 3 * TILE)
    carry3 = f32x4.mul(v128.load(w, 3 * TILE), G3)
    v128.store(w, f32x4.mul(carry3, v128.load(w, H + 3 * H_STRIDE)), 3 * TILE)
  }
  store(carry, carry0)
  v128.store(carry, carry1, PAIR)
  v128.store(carry, carry2, 2 * PAIR)
  v128.store(carry, carry3, 3 * PAIR)
}

/** Adds sum_n k A to the tile SUM_A and sum_t k dt to dA, backwards like the pairs do, for the four states whose k reverse left. */
// @ts-expect-error: decorator
@inline
function decayGradients(A: usize, first: usize, work: usize, dA: usize): void {
  const A0 = load(A)
  const A1 = v128.load(A, PAIR)
  const A2 = v128.load(A, 2 * PAIR)
  const A3 = v128.load(A, 3 * PAIR)
  let dA0 = load(dA)
  let dA1 = v128.load(dA, PAIR)
  let dA2 = v128.load(dA, 2 * PAIR)
  let dA3 = v128.load(dA, 3 * PAIR)
  let k = work + (TILE - PAIR)
  for (let p = first + (TILE - PAIR); p >= first; p -= PAIR, k -= PAIR) {
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
  v128.store(dA, dA1, PAIR)
  v128.store(dA, dA2, 2 * PAIR)
  v128.store(dA, dA3, 3 * PAIR)
}

/** Recomputes and reverses four states of one group over a segment, whose decays are at `work`. */
export function reverseSingles(
  A: usize, h: usize, B: usize, C: usize, stride: usize, blocks: usize, p: usize, work: usize, carry: usize, dA: usize,
): void {
  for (let half: usize = 0; half < PAIR; half += 16) {
    recompute(h + half, B, stride, blocks + half, p + half, work + half)
    reverse(B, C, stride, blocks + half, p + half, work + half, carry + half)
    decayGradients(A + half, p + half, work + half, dA + half)
  }
}
