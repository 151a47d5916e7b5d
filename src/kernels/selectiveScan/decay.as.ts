// The decays exp(dt A) of one group of eight channels over a segment of time, one tile per state. With x = dt A log2(e): where
// every lane has -1 < x, the power of two needs no range reduction, and its polynomial in dt has the powers of A in its
// coefficients, five fused multiply-adds; where -4 < x it is the fourth power of that of dt / 4, 3e-7 at most. Which way a
// step is computed follows from the steps of its segment up to it, so that later steps never change a bit of it.
import { exp2Product, load, madd, splat, store } from '../wasm/simd.as'

/** Steps between checkpoints. */
export const SEGMENT: i32 = 32
/** Bytes of two vectors side by side. */
export const PAIR: usize = 32
/** Bytes of one pair per step of a segment. */
export const TILE: usize = <usize>SEGMENT * PAIR
/** Bytes of the coefficients of one state, a pair each: 1, c1 to c5. */
export const COEFFICIENTS: usize = 6 * PAIR

/** Bytes of what packA writes. */
// @ts-expect-error: decorator
@inline
export function packedABytes(pairs: i32): usize {
  return <usize>pairs * (COEFFICIENTS + PAIR)
}

/**
 * A (e, n) as pairs [g][states] of eight channels, times log2(e) so that powers of two do; after them the coefficients of
 * 2^x = 1 + x (k1 + x (k2 + ...)) on [-1, 0], minimax with a relative error of 8.4e-8, times the powers of A.
 */
export function packA(A: usize, packed: usize, groups: i32, states: i32, e: i32, n: i32): void {
  let c = packed + <usize>(groups * states) * PAIR
  for (let g = 0; g < groups; g++)
    for (let s = 0; s < states; s++, packed += PAIR, c += COEFFICIENTS) {
      for (let lane = 0; lane < 8; lane++) {
        const channel = g * 8 + lane
        const value: f32 = channel < e && s < n ? f32.load(A + ((<usize>(channel * n + s)) << 2)) : 0
        f32.store(packed + ((<usize>lane) << 2), value * 1.4426950408889634)
      }
      packCoefficients(load(packed), c)
      packCoefficients(v128.load(packed, 16), c + 16)
    }
}

/** The coefficients of one of the two vectors. */
function packCoefficients(a: v128, c: usize): void {
  const a2 = f32x4.mul(a, a)
  const a3 = f32x4.mul(a2, a)
  store(c, splat(1))
  v128.store(c, f32x4.mul(a, splat(0.6931437253952026)), PAIR)
  v128.store(c, f32x4.mul(a2, splat(0.2401801347732544)), 2 * PAIR)
  v128.store(c, f32x4.mul(a3, splat(0.05529734864830971)), 3 * PAIR)
  v128.store(c, f32x4.mul(f32x4.mul(a2, a2), splat(0.009205786511301994)), 4 * PAIR)
  v128.store(c, f32x4.mul(f32x4.mul(a3, a2), splat(0.0009448985219933093)), 5 * PAIR)
}

/** Whether dt A may leave the range of exp2; as types, so that each has loops of its own without a test inside. */
class Near {}
class Far {}

/**
 * exp(dt A) where `A` holds A log2(e); zero below the range of exp2, for which only `Far` looks. In range both give the
 * same bits.
 */
// @ts-expect-error: decorator
@inline
function decay<Range>(dt: v128, A: v128): v128 {
  const a = exp2Product(dt, A)
  return idof<Range>() == idof<Near>() ? a : v128.and(a, f32x4.ge(f32x4.mul(dt, A), splat(-126)))
}

/** decay of one state from step `p` to `end`. */
// @ts-expect-error: decorator
@inline
function decays<Range>(A: usize, p: usize, end: usize, out: usize): void {
  const a0 = load(A)
  const a1 = v128.load(A, 16)
  for (; p < end; p += PAIR, out += PAIR) {
    const d0 = load(p)
    const d1 = v128.load(p, 16)
    const x0 = decay<Range>(d0, a0)
    const x1 = decay<Range>(d1, a1)
    v128.store(out, x1, 16)
    store(out, x0)
  }
}

// @ts-expect-error: decorator
@inline
function polynomial(d: v128, c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128): v128 {
  return madd(madd(madd(madd(madd(c5, d, c4), d, c3), d, c2), d, c1), d, c0)
}

/** Ways to compute a decay; as types, so that each has loops of its own. */
class Close {}
class Quarter {}

// @ts-expect-error: decorator
@inline
function short<Way>(d: v128, c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128): v128 {
  if (idof<Way>() == idof<Close>()) return polynomial(d, c0, c1, c2, c3, c4, c5)
  const root = polynomial(f32x4.mul(d, splat(0.25)), c0, c1, c2, c3, c4, c5)
  const half = f32x4.mul(root, root)
  return f32x4.mul(half, half)
}

/** Steps from `p` to `end`. */
// @ts-expect-error: decorator
@inline
function shortDecays<Way>(c: usize, p: usize, end: usize, out: usize): void {
  const a0 = load(c)
  const b0 = v128.load(c, 16)
  const a1 = v128.load(c, PAIR)
  const b1 = v128.load(c, PAIR + 16)
  const a2 = v128.load(c, 2 * PAIR)
  const b2 = v128.load(c, 2 * PAIR + 16)
  const a3 = v128.load(c, 3 * PAIR)
  const b3 = v128.load(c, 3 * PAIR + 16)
  const a4 = v128.load(c, 4 * PAIR)
  const b4 = v128.load(c, 4 * PAIR + 16)
  const a5 = v128.load(c, 5 * PAIR)
  const b5 = v128.load(c, 5 * PAIR + 16)
  for (; p < end; p += PAIR, out += PAIR) {
    const d0 = load(p)
    const d1 = v128.load(p, 16)
    const x0 = short<Way>(d0, a0, a1, a2, a3, a4, a5)
    const x1 = short<Way>(d1, b0, b1, b2, b3, b4, b5)
    v128.store(out, x1, 16)
    store(out, x0)
  }
}

/** Whether a step of at most `dt` stays above `bound`; false for an A whose powers overflow. */
// @ts-expect-error: decorator
@inline
function isAbove(dt: v128, A: v128, bound: f32): bool {
  return i32x4.all_true(v128.and(f32x4.gt(f32x4.mul(dt, A), splat(bound)), f32x4.gt(A, splat(-1e6))))
}

/** isAbove for the pairs at `dt` and `A`. */
// @ts-expect-error: decorator
@inline
function bothAbove(dt: usize, A: usize, bound: f32): bool {
  return isAbove(load(dt), load(A), bound) && isAbove(v128.load(dt, 16), v128.load(A, 16), bound)
}

/** How many of the first steps, in bytes of a tile, all stay above `bound`; `most` holds the largest dt up to each. */
function firstAbove(most: usize, A: usize, bound: f32): usize {
  let done: usize = 0
  if (!bothAbove(most, A, bound)) return done
  for (let half = TILE / 2; half >= PAIR; half >>= 1)
    if (bothAbove(most + done + half - PAIR, A, bound)) done += half
  return done
}

/** Whether a step of at most `dt` leaves the range of exp2. */
// @ts-expect-error: decorator
@inline
function isFar(dt: v128, A: v128): bool {
  return v128.any_true(f32x4.lt(f32x4.mul(dt, A), splat(-126)))
}

/** A state with steps that are not close: the shortest way that each step, and all before it, allow. */
function mixedDecays(A: usize, c: usize, p: usize, most: usize, out: usize): void {
  const end = p + TILE
  const close = firstAbove(most, A, -1)
  if (close) shortDecays<Close>(c, p, p + close, out)
  const last = most + (TILE - PAIR)
  if (bothAbove(last, A, -4)) shortDecays<Quarter>(c, p + close, end, out + close)
  else {
    const far = firstAbove(most, A, -4)
    shortDecays<Quarter>(c, p + close, p + far, out + close)
    if (isFar(load(last), load(A)) || isFar(v128.load(last, 16), v128.load(A, 16)))
      decays<Far>(A, p + far, end, out + far)
    else decays<Near>(A, p + far, end, out + far)
  }
}

/** Tiles of four states from the tile dt at `p`; the tile at `most` holds the largest dt up to each step. */
export function decaysOfFour(A: usize, c: usize, p: usize, most: usize, out: usize): void {
  for (const end = A + 4 * PAIR; A < end; A += PAIR, c += COEFFICIENTS, out += TILE) {
    if (bothAbove(most + (TILE - PAIR), A, -1)) shortDecays<Close>(c, p, p + TILE, out)
    else mixedDecays(A, c, p, most, out)
  }
}
