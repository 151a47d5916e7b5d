// Selective scan (header: selectiveScan.ts) on SIMD lanes of four channels, so that B[t,n] and C[t,n] are broadcast and
// y needs no sum across lanes. Channels beyond e and states beyond n are zeros.
// Time is cut into segments whose tiles stay in the L1 cache. Within a segment the decays of four states are computed
// first (decay.as.ts), then the four run over all steps with h and the gradient of A in registers. The state before every
// segment is saved; the backward pass recomputes a segment's decays and states from it and runs them in reverse.
// Dimensions: b batch, l time, e channels, n states, g = ceil(e / 4) groups of channels, t step in the segment.
import { loadLanes, madd, splat, store } from '../wasm/simd.as'
import { packedABytes, SEGMENT, TILE } from './decay.as'

/** Groups whose rows are read and written together: two cache lines, so that memory is streamed in order. */
export const BAND: i32 = 8
// A tile holds one vector per step. Those of a group lie at these offsets from its tile dt, so that one pointer moves
// through them all. The forward pass needs the first three. At n = 16 everything stays within an L1 cache of 32 KB.
export const DTU: usize = TILE
export const Y: usize = 2 * TILE
/** dL/dy before the gate. */
export const GRADIENT: usize = 2 * TILE
/** sum_n G B and sum_n G a h[t-1] A log2(e). */
export const SUM_B: usize = 3 * TILE
export const SUM_A: usize = 4 * TILE
/** The largest dt of each channel in the segment. */
export const MOST: usize = 5 * TILE
export const GROUP: usize = 5 * TILE + 16
// Work tiles of four states: decays, then h, each with room before it for the state before the segment.
export const H: usize = 4 * TILE
export const H_STRIDE: usize = TILE + 16
export const WORK: usize = H + 4 * H_STRIDE
// A block belongs to four states of a segment: B and C interleaved, then tiles of their gradients, one lane per channel.
export const DB: usize = 2 * TILE
export const DC: usize = 6 * TILE
export const BLOCK: usize = 10 * TILE

// @ts-expect-error: decorator
@inline
export function groupsOf(e: i32): i32 {
  return (e + 3) >> 2
}

/** States are run in fours: further ones stay zero. */
// @ts-expect-error: decorator
@inline
export function paddedStates(n: i32): i32 {
  return (n + 3) & ~3
}

/** Floats of the checkpoints (b, ceil(l / SEGMENT), g, padded n, 4). */
export function scanCheckpointSize(b: i32, l: i32, e: i32, n: i32): i32 {
  return b * ((l + SEGMENT - 1) / SEGMENT) * groupsOf(e) * paddedStates(n) * 4
}

/** Bytes of scratch that either pass needs. */
export function scanScratchBytes(e: i32, n: i32): i32 {
  const states = paddedStates(n)
  const vectors = groupsOf(e) * states
  return <i32>(packedABytes(vectors) + 2 * ((<usize>vectors) << 4) + BAND * GROUP + WORK + <usize>(states / 4) * BLOCK)
}

/** B and C of a segment (steps, n; rows `stride` apart) as blocks of four states that begin with [t] = B[s..s+3], C[s..s+3]; else zeros. */
export function packSteps(B: usize, C: usize, blocks: usize, steps: i32, n: i32, stride: usize): void {
  for (let s = 0; s < n; s += 4, B += 16, C += 16, blocks += BLOCK) {
    const lanes = min(4, n - s)
    let b = B
    let c = C
    let at = blocks
    for (let t = 0; t < steps; t++, at += 32, b += stride, c += stride) {
      store(at, loadLanes(b, lanes))
      v128.store(at, loadLanes(c, lanes), 16)
    }
    if (steps < SEGMENT) memory.fill(at, 0, blocks + DB - at)
  }
}

/** Clears what the steps of a segment add to or leave out: MOST of each group, and the steps after them. */
export function clearBand(tiles: usize, groups: i32, steps: i32): void {
  const done = (<usize>steps) << 4
  for (let g = 0; g < groups; g++, tiles += GROUP) {
    v128.store(tiles, splat(0), MOST)
    if (steps == SEGMENT) continue
    memory.fill(tiles + done, 0, TILE - done)
    memory.fill(tiles + DTU + done, 0, TILE - done)
    memory.fill(tiles + GRADIENT + done, 0, TILE - done)
  }
}

/** h <- a h + dtu B for one state. */
// @ts-expect-error: decorator
@inline
export function advance(a: v128, h: v128, dtu: v128, B: v128): v128 {
  return madd(a, h, f32x4.mul(dtu, B))
}

// Scratch of both passes: packed A and its powers, the running states (or carries), sums of dA, tiles of a band, work tiles,
// blocks.

// @ts-expect-error: decorator
@inline
export function stateBytesOf(e: i32, n: i32): usize {
  return (<usize>(groupsOf(e) * paddedStates(n))) << 4
}

// @ts-expect-error: decorator
@inline
export function statesAt(scratch: usize, e: i32, n: i32): usize {
  return scratch + packedABytes(groupsOf(e) * paddedStates(n))
}
