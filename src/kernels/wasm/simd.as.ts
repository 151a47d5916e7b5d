// Vector building blocks of the kernels. No data section may arise: no strings, static arrays or Math calls.
//
// On Node 24 and 26, V8 joins two vectors that lie side by side to one of 256 bits (wasmHost.ts). It does so for pairs of stores,
// at offsets 16 apart from the same address and with nothing stored or loaded between them, and from there for whatever is
// computed alike for both. So kernels load a pair, compute, and store the pair, its second vector first: where the first vector
// is stored first, V8 stores it once more alone, in case the second lies beyond the memory.

/** a · b + c: fused in the relaxed-SIMD build, two roundings otherwise. */
// @ts-expect-error: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

// @ts-expect-error: decorator
@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x)
}

// @ts-expect-error: decorator
@inline
export function load(p: usize): v128 {
  return v128.load(p)
}

// @ts-expect-error: decorator
@inline
export function store(p: usize, x: v128): void {
  v128.store(p, x)
}

/** The first `lanes` (1 to 4) floats at `p`, zeros after them; never reads past them. */
// @ts-expect-error: decorator
@inline
export function loadLanes(p: usize, lanes: i32): v128 {
  if (lanes == 4) return v128.load(p)
  let x = v128.load32_zero(p)
  if (lanes > 1) x = v128.load32_lane(p + 4, x, 1)
  if (lanes > 2) x = v128.load32_lane(p + 8, x, 2)
  return x
}

/** Writes the first `lanes` (1 to 4) floats of `x` to `p`. */
// @ts-expect-error: decorator
@inline
export function storeLanes(p: usize, x: v128, lanes: i32): void {
  if (lanes == 4) {
    v128.store(p, x)
    return
  }
  v128.store32_lane(p, x, 0)
  if (lanes > 1) v128.store32_lane(p + 4, x, 1)
  if (lanes > 2) v128.store32_lane(p + 8, x, 2)
}

/** Sum of the four lanes, in a fixed order. */
// @ts-expect-error: decorator
@inline
export function horizontalSum(x: v128): f32 {
  const pairs = f32x4.add(x, i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7))
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1)
}

/** Constants in memory, because V8 builds a literal vector anew in every turn of a loop, and twice to join two. */
let constants: usize = 0
const CONSTANTS: usize = 128
/** Bytes of the workspace. */
export const WORKSPACE: usize = 512

/** Bytes of the constants and of the workspace after them. */
export function constantBytes(): i32 {
  return <i32>(CONSTANTS + WORKSPACE)
}

/** Whether V8 joins pairs of vectors: then there are registers for blocks of twice the size. */
let wideVectors: bool = false

/** Writes the constants to memory that stays theirs; before anything else is called. `wide` says that V8 joins vectors. */
export function begin(at: usize, wide: bool): void {
  constants = at
  wideVectors = wide
  f32.store(at, 1.4426950408889634)
  f32.store(at, -126, 4)
  f32.store(at, 12582912, 8)
  f32.store(at, 0.001326472731307149, 12)
  f32.store(at, 0.009671512991189957, 16)
  f32.store(at, 0.05550733581185341, 20)
  f32.store(at, 0.24022242426872253, 24)
  f32.store(at, 0.6931470036506653, 28)
  f32.store(at, 1, 32)
  f32.store(at, 0.28191545605659485, 36)
  f32.store(at, 0.2795766592025757, 40)
  f32.store(at, 0.4002511501312256, 44)
  f32.store(at, 0.6666631102561951, 48)
  f32.store(at, 2, 52)
  f32.store(at, 87, 56)
  memory.fill(at + 64, 0, 64)
}

/** Where two pairs of zeros lie. */
// @ts-expect-error: decorator
@inline
export function zeros(): usize {
  return constants + 64
}

/** Where what a kernel needs only while it runs can lie. */
// @ts-expect-error: decorator
@inline
export function workspace(): usize {
  return constants + CONSTANTS
}

// @ts-expect-error: decorator
@inline
export function isWide(): bool {
  return wideVectors
}

// @ts-expect-error: decorator
@inline
export function one(): v128 {
  return v128.load32_splat(constants, 32)
}

/** 2^n (1 + r c1 + ...) with n in the low bits of `shifted`: the two halves of exp2 and exp2Product. */
// @ts-expect-error: decorator
@inline
function scaled2(r: v128, shifted: v128): v128 {
  let p = madd(v128.load32_splat(constants, 12), r, v128.load32_splat(constants, 16))
  p = madd(p, r, v128.load32_splat(constants, 20))
  p = madd(p, r, v128.load32_splat(constants, 24))
  p = madd(p, r, v128.load32_splat(constants, 28))
  p = madd(p, r, one())
  return i32x4.add(p, i32x4.shl(shifted, 23))
}

/** Whether `size` floats at `p` are all finite. */
export function allFinite(p: usize, size: i32): bool {
  let check = splat(0)
  for (; size >= 4; size -= 4, p += 16) check = madd(load(p), splat(0), check)
  if (size > 0) check = madd(loadLanes(p, size), splat(0), check)
  return horizontalSum(check) == 0
}

/** The sums of the lanes of a, b, c and d, as one vector. */
// @ts-expect-error: decorator
@inline
export function transposedSum(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(
    v128.shuffle<f32>(a, b, 0, 4, 1, 5),
    v128.shuffle<f32>(a, b, 2, 6, 3, 7),
  )
  const cd = f32x4.add(
    v128.shuffle<f32>(c, d, 0, 4, 1, 5),
    v128.shuffle<f32>(c, d, 2, 6, 3, 7),
  )
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7))
}

/**
 * 2^x for -126 <= x <= 127, within 1.0e-7 relative. The nearest integer goes into the exponent by the 1.5·2^23 trick;
 * the rest, in [-0.5, 0.5], through a minimax polynomial whose constant term is exactly 1, so that 1 - 2^x keeps its
 * relative precision near x = 0.
 */
// @ts-expect-error: decorator
@inline
export function exp2(x: v128): v128 {
  const shifted = f32x4.add(x, v128.load32_splat(constants, 8))
  return scaled2(f32x4.sub(x, f32x4.sub(shifted, v128.load32_splat(constants, 8))), shifted)
}

/** 2^(a b), as exp2; the product is not rounded where madd is fused. */
// @ts-expect-error: decorator
@inline
export function exp2Product(a: v128, b: v128): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) return exp2(f32x4.mul(a, b))
  const shifted = madd(a, b, v128.load32_splat(constants, 8))
  return scaled2(madd(a, b, f32x4.sub(v128.load32_splat(constants, 8), shifted)), shifted)
}

/** e^x for x <= 88; below -87.3 the result is 2^-126, as good as zero next to 1. */
// @ts-expect-error: decorator
@inline
export function exp(x: v128): v128 {
  return exp2(f32x4.pmax(f32x4.mul(x, v128.load32_splat(constants)), v128.load32_splat(constants, 4)))
}

/** log(1 + w) for w in [0, 1], within 2e-7 relative: 2 atanh(w / (2 + w)) by its odd minimax polynomial. */
// @ts-expect-error: decorator
@inline
export function log1p01(w: v128): v128 {
  const s = f32x4.div(w, f32x4.add(w, v128.load32_splat(constants, 52)))
  const q = f32x4.mul(s, s)
  let p = madd(v128.load32_splat(constants, 36), q, v128.load32_splat(constants, 40))
  p = madd(p, q, v128.load32_splat(constants, 44))
  p = madd(p, q, v128.load32_splat(constants, 48))
  p = madd(p, q, v128.load32_splat(constants, 52))
  return f32x4.mul(s, p)
}

/** 1 / (1 + e^-x); arguments beyond ±87 count as ±87. */
// @ts-expect-error: decorator
@inline
export function sigmoid(x: v128): v128 {
  const e = exp(f32x4.pmin(f32x4.neg(x), v128.load32_splat(constants, 56)))
  return f32x4.div(one(), f32x4.add(one(), e))
}

/** The derivative of silu at z, from s = sigmoid(z). */
// @ts-expect-error: decorator
@inline
export function siluSlope(z: v128, s: v128): v128 {
  return f32x4.mul(s, madd(z, f32x4.sub(one(), s), one()))
}

/** log(1 + e^x) = max(x, 0) + log1p(e^-|x|). */
// @ts-expect-error: decorator
@inline
export function softplus(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, splat(0)), log1p01(exp(f32x4.neg(f32x4.abs(x)))))
}
