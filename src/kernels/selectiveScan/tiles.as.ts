// Selective scan (header: selectiveScan.ts) on SIMD lanes of channels, so that B[t,n] and C[t,n] are broadcast and y needs no
// sum across lanes. Eight channels run together as two vectors side by side, which V8 can join (wasm/simd.as.ts). Channels
// beyond e and states beyond n are zeros.
// Time is cut into segments whose tiles stay in the L1 cache. Within a segment the decays of four states are computed
// first (decay.as.ts), then the four run over all steps with h and the gradient of A in registers. The state before every
// segment is saved; the backward pass recomputes a segment's decays and states from it and runs them in reverse.
// Dimensions: b batch, l time, e channels, n states, g = ceil(e / 8) groups of channels, t step in the segment.
import { madd } from '../wasm/simd.as'
import { packedABytes, PAIR, SEGMENT, TILE } from './decay.as'

/** Groups whose rows are read and written together: two cache lines, so that memory is streamed in order. */
export const BAND: i32 = 4
// A tile holds one pair of vectors per step. Those of a group lie at these offsets from its tile dt, so that one pointer moves
// through them all. The forward pass needs the first three, and MOST. The tiles of a band and the work tiles have
// the size of an L1 cache of 32 KB.
export const DTU: usize = TILE
export const Y: usize = 2 * TILE
/** dL/dy before the gate. */
export const GRADIENT: usize = 2 * TILE
/** sum_n G B and sum_n G a h[t-1] A log2(e). */
export const SUM_B: usize = 3 * TILE
export const SUM_A: usize = 4 * TILE
/** The largest dt of each channel before each step; the pair after it is the largest up to that step. */
export const MOST: usize = 5 * TILE
export const GROUP: usize = 6 * TILE + PAIR
// Work tiles of four states: decays, then h, each with room before it for the state before the segment.
export const H: usize = 4 * TILE
export const H_STRIDE: usize = TILE + PAIR
export const WORK: usize = H + 4 * H_STRIDE
// A block belongs to four states of a segment: tiles of the gradients of B and C, one lane per channel.
export const DC: usize = 4 * TILE
export const BLOCK: usize = 8 * TILE

// @ts-expect-error: decorator
@inline
export function groupsOf(e: i32): i32 {
  return (e + 7) >> 3
}

/** States are run in fours: further ones stay zero. */
// @ts-expect-error: decorator
@inline
export function paddedStates(n: i32): i32 {
  return (n + 3) & ~3
}

/** Floats of the checkpoints (b, ceil(l / SEGMENT), g, padded n, 8). */
export function scanCheckpointSize(b: i32, l: i32, e: i32, n: i32): i32 {
  return b * ((l + SEGMENT - 1) / SEGMENT) * groupsOf(e) * paddedStates(n) * 8
}

/** Bytes of scratch that either pass needs. */
export function scanScratchBytes(e: i32, n: i32): i32 {
  const states = paddedStates(n)
  const pairs = groupsOf(e) * states
  const rows = <usize>(SEGMENT * 2 * states) << 2
  return <i32>(packedABytes(pairs) + 2 * <usize>pairs * PAIR + BAND * GROUP + WORK + rows + <usize>(states / 4) * BLOCK)
}

/** Whether the loops may read rows of B and C where they lie: they run over whole segments and states in fours. */
// @ts-expect-error: decorator
@inline
export function isWhole(steps: i32, n: i32): bool {
  return steps == SEGMENT && (n & 3) == 0
}

/** B and C of a segment (steps, n; rows `stride` apart) as rows [t] = B, C of whole fours each, with zeros for what is missing. */
export function packSteps(B: usize, C: usize, packed: usize, steps: i32, n: i32, stride: usize): void {
  const padded = (<usize>paddedStates(n)) << 2
  memory.fill(packed, 0, 2 * SEGMENT * padded)
  for (let t = 0; t < steps; t++, packed += 2 * padded, B += stride, C += stride) {
    memory.copy(packed, B, (<usize>n) << 2)
    memory.copy(packed + padded, C, (<usize>n) << 2)
  }
}

/**
 * Clears what the steps of a segment add to or leave out: the first of MOST of each group, the steps after them, and the
 * last group where it has only `rest` channels.
 */
export function clearBand(tiles: usize, groups: i32, steps: i32, rest: i32): void {
  const done = <usize>steps * PAIR
  if (rest) memory.fill(tiles + <usize>(groups - 1) * GROUP, 0, GROUP)
  for (let g = 0; g < groups; g++, tiles += GROUP) {
    memory.fill(tiles + MOST, 0, PAIR)
    if (steps == SEGMENT) continue
    memory.fill(tiles + done, 0, TILE - done)
    memory.fill(tiles + DTU + done, 0, TILE - done)
    memory.fill(tiles + GRADIENT + done, 0, TILE - done)
  }
}

/** Fills MOST after the last step of a segment that is not whole. */
export function extendMost(tiles: usize, groups: i32, steps: i32): void {
  for (let g = 0; g < groups; g++, tiles += GROUP)
    for (let t = steps; t < SEGMENT; t++) memory.copy(tiles + MOST + <usize>(t + 1) * PAIR, tiles + MOST + <usize>t * PAIR, PAIR)
}

/** h <- a h + dtu B for one state. */
// @ts-expect-error: decorator
@inline
export function advance(a: v128, h: v128, dtu: v128, B: v128): v128 {
  return madd(a, h, f32x4.mul(dtu, B))
}

// Scratch of both passes: packed A and its powers, the running states (or carries), sums of dA, tiles of a band, work tiles,
// packed rows of B and C, blocks.

// @ts-expect-error: decorator
@inline
export function stateBytesOf(e: i32, n: i32): usize {
  return <usize>(groupsOf(e) * paddedStates(n)) * PAIR
}

// @ts-expect-error: decorator
@inline
export function statesAt(scratch: usize, e: i32, n: i32): usize {
  return scratch + packedABytes(groupsOf(e) * paddedStates(n))
}

// @ts-expect-error: decorator
@inline
export function blocksAfter(packedRows: usize, padded: i32): usize {
  return packedRows + ((<usize>(SEGMENT * 2 * padded)) << 2)
}
