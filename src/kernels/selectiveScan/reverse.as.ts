// The reverse recurrence of the scan over one segment: states again from the one before it, then their gradients backwards
// (layout: tiles.as.ts).
import { isWide, load, madd, store } from '../wasm/simd.as'
import { COEFFICIENTS, decaysOfFour, PAIR, SEGMENT, TILE } from './decay.as'
import { reverseSingles } from './reverseSingles.as'
import { advance, BLOCK, DC, DTU, GRADIENT, H, H_STRIDE, MOST, SUM_A, SUM_B } from './tiles.as'

/** States of two states over a segment into the tiles at H, from the state before it; adds g h to the tiles DC. */
// @ts-expect-error: decorator
@inline
function recomputeTwo(h: usize, B: usize, stride: usize, r: usize, p: usize, w: usize): void {
  let h0 = load(h)
  let k0 = v128.load(h, 16)
  let h1 = v128.load(h, PAIR)
  let k1 = v128.load(h, PAIR + 16)
  v128.store(w, k0, H + 16)
  v128.store(w, h0, H)
  v128.store(w, k1, H + H_STRIDE + 16)
  v128.store(w, h1, H + H_STRIDE)
  for (const end = p + TILE; p < end; p += PAIR, B += stride, r += PAIR, w += PAIR) {
    const du0 = v128.load(p, DTU)
    const du1 = v128.load(p, DTU + 16)
    const b0 = v128.load32_splat(B)
    h0 = advance(load(w), h0, du0, b0)
    k0 = advance(v128.load(w, 16), k0, du1, b0)
    v128.store(w, k0, H + PAIR + 16)
    v128.store(w, h0, H + PAIR)
    const g0 = v128.load(p, GRADIENT)
    const g1 = v128.load(p, GRADIENT + 16)
    const c0 = madd(g0, h0, v128.load(r, DC))
    const d0 = madd(g1, k0, v128.load(r, DC + 16))
    v128.store(r, d0, DC + 16)
    v128.store(r, c0, DC)
    const b1 = v128.load32_splat(B, 4)
    h1 = advance(v128.load(w, TILE), h1, du0, b1)
    k1 = advance(v128.load(w, TILE + 16), k1, du1, b1)
    v128.store(w, k1, H + H_STRIDE + PAIR + 16)
    v128.store(w, h1, H + H_STRIDE + PAIR)
    const c1 = madd(g0, h1, v128.load(r, DC + TILE))
    const d1 = madd(g1, k1, v128.load(r, DC + TILE + 16))
    v128.store(r, d1, DC + TILE + 16)
    v128.store(r, c1, DC + TILE)
  }
}

/**
 * The reverse recurrence of two states over a segment; carry holds a[t+1] G[t+1] of the segment after it. Adds sum_t k dt to
 * dA, with k = G a h[t-1], and to the tiles of dB, SUM_B and SUM_A.
 */
// @ts-expect-error: decorator
@inline
function reverseTwo(
  A: usize, B: usize, C: usize, stride: usize, tiles: usize, first: usize, work: usize, carry: usize, dA: usize,
): void {
  let e0 = load(carry)
  let f0 = v128.load(carry, 16)
  let e1 = v128.load(carry, PAIR)
  let f1 = v128.load(carry, PAIR + 16)
  let dA0 = load(dA)
  let dB0 = v128.load(dA, 16)
  let dA1 = v128.load(dA, PAIR)
  let dB1 = v128.load(dA, PAIR + 16)
  const a0 = load(A)
  const a1 = v128.load(A, 16)
  const a2 = v128.load(A, PAIR)
  const a3 = v128.load(A, PAIR + 16)
  let b = B + (SEGMENT - 1) * stride
  let c = C + (SEGMENT - 1) * stride
  let r = tiles + (TILE - PAIR)
  let w = work + (TILE - PAIR)
  for (let p = first + (TILE - PAIR); p >= first; p -= PAIR, b -= stride, c -= stride, r -= PAIR, w -= PAIR) {
    const g0 = v128.load(p, GRADIENT)
    const g1 = v128.load(p, GRADIENT + 16)
    const c0 = v128.load32_splat(c)
    const G0 = madd(g0, c0, e0)
    const K0 = madd(g1, c0, f0)
    const du0 = v128.load(p, DTU)
    const du1 = v128.load(p, DTU + 16)
    const B0 = madd(G0, du0, load(r))
    const D0 = madd(K0, du1, v128.load(r, 16))
    v128.store(r, D0, 16)
    store(r, B0)
    const b0 = v128.load32_splat(b)
    const t0 = madd(G0, b0, v128.load(p, SUM_B))
    const t1 = madd(K0, b0, v128.load(p, SUM_B + 16))
    e0 = f32x4.mul(load(w), G0)
    f0 = f32x4.mul(v128.load(w, 16), K0)
    const k0 = f32x4.mul(e0, v128.load(w, H))
    const l0 = f32x4.mul(f0, v128.load(w, H + 16))
    const d0 = load(p)
    const d1 = v128.load(p, 16)
    dA0 = madd(k0, d0, dA0)
    dB0 = madd(l0, d1, dB0)
    const v0 = madd(k0, a0, v128.load(p, SUM_A))
    const v1 = madd(l0, a1, v128.load(p, SUM_A + 16))
    const c1 = v128.load32_splat(c, 4)
    const G1 = madd(g0, c1, e1)
    const K1 = madd(g1, c1, f1)
    const b1 = v128.load32_splat(b, 4)
    const s0 = madd(G1, b1, t0)
    const s1 = madd(K1, b1, t1)
    v128.store(p, s1, SUM_B + 16)
    v128.store(p, s0, SUM_B)
    const B1 = madd(G1, du0, v128.load(r, TILE))
    const D1 = madd(K1, du1, v128.load(r, TILE + 16))
    v128.store(r, D1, TILE + 16)
    v128.store(r, B1, TILE)
    e1 = f32x4.mul(v128.load(w, TILE), G1)
    f1 = f32x4.mul(v128.load(w, TILE + 16), K1)
    const k1 = f32x4.mul(e1, v128.load(w, H + H_STRIDE))
    const l1 = f32x4.mul(f1, v128.load(w, H + H_STRIDE + 16))
    dA1 = madd(k1, d0, dA1)
    dB1 = madd(l1, d1, dB1)
    const w0 = madd(k1, a2, v0)
    const w1 = madd(l1, a3, v1)
    v128.store(p, w1, SUM_A + 16)
    v128.store(p, w0, SUM_A)
  }
  v128.store(carry, f0, 16)
  store(carry, e0)
  v128.store(carry, f1, PAIR + 16)
  v128.store(carry, e1, PAIR)
  v128.store(dA, dB0, 16)
  store(dA, dA0)
  v128.store(dA, dB1, PAIR + 16)
  v128.store(dA, dA1, PAIR)
}

/**
 * Recomputes and reverses four states of one group over a segment, whose decays are at `work`. The states of the second two lie
 * over those of the first, as far behind their decays.
 */
function reversePairs(
  A: usize, h: usize, B: usize, C: usize, stride: usize, blocks: usize, p: usize, work: usize, carry: usize, dA: usize,
): void {
  for (let two = 0; two < 2; two++) {
    recomputeTwo(h, B, stride, blocks, p, work)
    reverseTwo(A, B, C, stride, blocks, p, work, carry, dA)
    A += 2 * PAIR
    h += 2 * PAIR
    B += 8
    C += 8
    blocks += 2 * TILE
    work += 2 * TILE
    carry += 2 * PAIR
    dA += 2 * PAIR
  }
}

/** Recomputes and reverses all states of one group over a segment; rows of B and C are `stride` apart. */
export function reverseGroup(
  A: usize, c: usize, h: usize, B: usize, C: usize, stride: usize, blocks: usize, p: usize, work: usize, carry: usize,
  dA: usize, n: i32,
): void {
  for (let s = 0; s < n; s += 4, c += 4 * COEFFICIENTS, blocks += BLOCK, B += 16, C += 16) {
    const at = <usize>s * PAIR
    decaysOfFour(A + at, c, p, p + MOST + PAIR, work)
    if (isWide()) reversePairs(A + at, h + at, B, C, stride, blocks, p, work, carry + at, dA + at)
    else reverseSingles(A + at, h + at, B, C, stride, blocks, p, work, carry + at, dA + at)
  }
}
