// The decays exp(dt A) of one group of four channels over a segment of time, one tile per state. With x = dt A log2(e): where
// every lane has -1 < x, the power of two needs no range reduction, and its polynomial in dt has the powers of A in its
// coefficients, five fused multiply-adds; where -4 < x it is the fourth power of that of dt / 4, 3e-7 at most. Which way a
// step is computed follows from the steps of its segment up to it, so that later steps never change a bit of it.
import { exp2Product, load, madd, splat, store } from '../wasm/simd.as'

/** Steps between checkpoints. */
export const SEGMENT: i32 = 16
/** Bytes of one vector per step of a segment. */
export const TILE: usize = (<usize>SEGMENT) << 4
/** Bytes of the coefficients of one state: c1 to c5. */
const COEFFICIENTS: usize = 80

/** Floats of what packA writes. */
// @ts-expect-error: decorator
@inline
export function packedABytes(vectors: i32): usize {
  return (<usize>vectors) * (COEFFICIENTS + 16)
}

/**
 * A (e, n) as vectors [g][states] of four channels, times log2(e) so that powers of two do; after them the coefficients of
 * 2^x = 1 + x (k1 + x (k2 + ...)) on [-1, 0], minimax with a relative error of 8.4e-8, times the powers of A.
 */
export function packA(A: usize, packed: usize, groups: i32, states: i32, e: i32, n: i32): void {
  let c = packed + ((<usize>(groups * states)) << 4)
  for (let g = 0; g < groups; g++)
    for (let s = 0; s < states; s++, packed += 16, c += COEFFICIENTS) {
      for (let lane = 0; lane < 4; lane++) {
        const channel = g * 4 + lane
        const value: f32 = channel < e && s < n ? f32.load(A + ((<usize>(channel * n + s)) << 2)) : 0
        f32.store(packed + ((<usize>lane) << 2), value * 1.4426950408889634)
      }
      const a = load(packed)
      const a2 = f32x4.mul(a, a)
      const a3 = f32x4.mul(a2, a)
      store(c, f32x4.mul(a, splat(0.6931437253952026)))
      v128.store(c, f32x4.mul(a2, splat(0.2401801347732544)), 16)
      v128.store(c, f32x4.mul(a3, splat(0.05529734864830971)), 32)
      v128.store(c, f32x4.mul(f32x4.mul(a2, a2), splat(0.009205786511301994)), 48)
      v128.store(c, f32x4.mul(f32x4.mul(a3, a2), splat(0.0009448985219933093)), 64)
    }
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

/** decay of one state from step `p` to `end`, four steps per turn of the loop. */
// @ts-expect-error: decorator
@inline
function decays<Range>(A: usize, p: usize, end: usize, out: usize): void {
  const a = load(A)
  for (; p < end; p += 64, out += 64) {
    store(out, decay<Range>(load(p), a))
    v128.store(out, decay<Range>(v128.load(p, 16), a), 16)
    v128.store(out, decay<Range>(v128.load(p, 32), a), 32)
    v128.store(out, decay<Range>(v128.load(p, 48), a), 48)
  }
}

// @ts-expect-error: decorator
@inline
function polynomial(d: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, one: v128): v128 {
  return madd(madd(madd(madd(madd(c5, d, c4), d, c3), d, c2), d, c1), d, one)
}

/** Ways to compute a decay; as types, so that each has loops of its own. */
class Close {}
class Quarter {}

// @ts-expect-error: decorator
@inline
function short<Way>(d: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, one: v128): v128 {
  if (idof<Way>() == idof<Close>()) return polynomial(d, c1, c2, c3, c4, c5, one)
  const root = polynomial(f32x4.mul(d, splat(0.25)), c1, c2, c3, c4, c5, one)
  const half = f32x4.mul(root, root)
  return f32x4.mul(half, half)
}

/** Steps from `p` to `end`, four per turn of the loop. `one` is an argument because V8 builds literals in every turn. */
// @ts-expect-error: decorator
@inline
function shortDecays<Way>(c: usize, p: usize, end: usize, out: usize, one: v128): void {
  const c1 = load(c)
  const c2 = v128.load(c, 16)
  const c3 = v128.load(c, 32)
  const c4 = v128.load(c, 48)
  const c5 = v128.load(c, 64)
  for (; p < end; p += 64, out += 64) {
    store(out, short<Way>(load(p), c1, c2, c3, c4, c5, one))
    v128.store(out, short<Way>(v128.load(p, 16), c1, c2, c3, c4, c5, one), 16)
    v128.store(out, short<Way>(v128.load(p, 32), c1, c2, c3, c4, c5, one), 32)
    v128.store(out, short<Way>(v128.load(p, 48), c1, c2, c3, c4, c5, one), 48)
  }
}

/** As shortDecays<Close>, for a number of steps that is no multiple of four. */
function closeSteps(c: usize, p: usize, end: usize, out: usize, one: v128): void {
  for (; p < end; p += 16, out += 16)
    store(out, polynomial(load(p), load(c), v128.load(c, 16), v128.load(c, 32), v128.load(c, 48), v128.load(c, 64), one))
}

/** As shortDecays<Quarter>, for a number of steps that is no multiple of four. */
function quarterSteps(c: usize, p: usize, end: usize, out: usize, one: v128): void {
  for (; p < end; p += 16, out += 16)
    store(
      out,
      short<Quarter>(load(p), load(c), v128.load(c, 16), v128.load(c, 32), v128.load(c, 48), v128.load(c, 64), one),
    )
}

/** Whether a step of at most `dt` stays above `bound`; false for an A whose powers overflow. */
// @ts-expect-error: decorator
@inline
function isAbove(dt: v128, A: v128, bound: f32): bool {
  return i32x4.all_true(v128.and(f32x4.gt(f32x4.mul(dt, A), splat(bound)), f32x4.gt(A, splat(-1e6))))
}

/** The end of the first steps from `p` on that all stay above `bound`. */
function firstAbove(p: usize, A: v128, bound: f32): usize {
  const end = p + TILE
  while (p < end && isAbove(load(p), A, bound)) p += 16
  return p
}

/** A state with steps that are not close: the widest way over all that may need it, then the shorter ones over the first. */
function mixedDecays(A: usize, c: usize, p: usize, most: v128, out: usize, one: v128): void {
  const a = load(A)
  const end = p + TILE
  if (isAbove(most, a, -4)) shortDecays<Quarter>(c, p, end, out, one)
  else {
    const far = firstAbove(p, a, -4)
    const begin = (far - p) & ~63
    if (v128.any_true(f32x4.lt(f32x4.mul(most, a), splat(-126)))) decays<Far>(A, p + begin, end, out + begin)
    else decays<Near>(A, p + begin, end, out + begin)
    quarterSteps(c, p, far, out, one)
  }
  closeSteps(c, p, firstAbove(p, a, -1), out, one)
}

/** Tiles of four states from the tile dt at `p`, whose largest is `most`. */
export function decaysOfFour(A: usize, c: usize, p: usize, most: v128, out: usize, one: v128): void {
  for (const end = A + 64; A < end; A += 16, c += COEFFICIENTS, out += TILE) {
    if (isAbove(most, load(A), -1)) shortDecays<Close>(c, p, p + TILE, out, one)
    else mixedDecays(A, c, p, most, out, one)
  }
}
