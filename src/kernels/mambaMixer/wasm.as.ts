// The whole Mamba block (header: mambaMixer.ts), with the norm before it and the residual around it where `norm` is not 0,
// ROWS steps of time through all of its operations at a time, so that what
// one writes the next reads from the L1 and L2 caches. The forward pass keeps the activations that the backward pass reads;
// gradients of activations live only for the ROWS steps in scratch.
// Dimensions: b batch, l time, d d_model, e d_inner, n d_state, r dt_rank, k taps.
import { beginConvBackward, convBackwardRows, endConvBackward, resetConvBackward } from '../causalConv1d/backward.as'
import { convForwardRows } from '../causalConv1d/forward.as'
import { convScratchBytes, packTaps } from '../causalConv1d/taps.as'
import { transpose } from '../linear/wasm.as'
import { addWeightGradient } from '../linear/weightGradient.as'
import { AddTo, Overwrite } from '../matMul/blocks.as'
import { multiplyNarrow } from '../matMul/narrow.as'
import { multiplyInto, packedBytes, packRight } from '../matMul/wasm.as'
import { backwardRows, beginBackward, endBackward, resetBackward } from '../selectiveScan/backward.as'
import { beginForward, forwardRows, resetForward, resumeForward } from '../selectiveScan/forward.as'
import { scanCheckpointSize, scanScratchBytes } from '../selectiveScan/tiles.as'
import { rmsNormBackwardRows, rmsNormForward } from '../rmsNorm/wasm.as'
import { addElements, multiplyElements, negativeExp } from '../wasm/elementwise.as'

/** A multiple of the scan's segment, and at most the convolution's chunk. */
const ROWS: i32 = 64

/** Bytes of `floats` floats, rounded up to whole cache lines: a vector of 256 bits that lies across two takes twice as long. */
// @ts-expect-error: decorator
@inline
function span(floats: i32): usize {
  return (<usize>((floats + 15) & ~15)) << 2
}

/** `kept` on a cache line; tensors lie at any multiple of eight bytes. */
// @ts-expect-error: decorator
@inline
function onLine(kept: usize): usize {
  return (kept + 63) & ~63
}

/**
 * Floats of what is kept: uIn, convSlope, u, open, dt, slope, gated, ySlope (rows, e); B, C (rows, 2n); rank (rows, r);
 * A (e, n); checkpoints; room to begin on a cache line. z and delta lie in open and dt until the scan writes those.
 */
export function mixerKeptSize(b: i32, l: i32, e: i32, n: i32, r: i32): i32 {
  const rows = b * l
  const bytes = 8 * span(rows * e) + span(2 * rows * n) + span(rows * r) + span(e * n)
  return <i32>(bytes >> 2) + scanCheckpointSize(b, l, e, n) + 16
}

/** Bytes of scratch that either pass needs. */
export function mixerScratchBytes(d: i32, e: i32, n: i32, r: i32, k: i32): i32 {
  const packs = 2 * max(packedBytes(d, e), packedBytes(e, d)) + max(packedBytes(r, e), packedBytes(e, r))
    + max(packedBytes(e, 2 * n), packedBytes(2 * n, e)) + max(packedBytes(e, r), packedBytes(r, e))
    + max(packedBytes(e, d), packedBytes(d, e))
  const gradients = <i32>(5 * span(ROWS * e) + span(2 * ROWS * n) + span(ROWS * r) + span(r * e) + span(e * n))
  return packs + gradients + 2 * <i32>span(ROWS * d) + ((convScratchBytes(e, k) + 15) & ~15) + scanScratchBytes(e, n)
}

/** Packs a weight (columns, inner) for x weightᵀ; returns the address after it. */
function packForward(weight: usize, at: usize, inner: i32, columns: i32): usize {
  packRight(weight, 4, (<usize>inner) << 2, at, inner, columns)
  return at + <usize>packedBytes(inner, columns)
}

/** Packs a weight (columns, inner) for dy weight; returns the address after it. */
function packBackward(weight: usize, at: usize, inner: i32, columns: i32): usize {
  packRight(weight, (<usize>inner) << 2, 4, at, columns, inner)
  return at + <usize>packedBytes(columns, inner)
}

/** out (rows, columns) = x (rows, inner) times a packed weight. */
// @ts-expect-error: decorator
@inline
function apply<Mode>(x: usize, packed: usize, out: usize, rows: i32, inner: i32, columns: i32): void {
  multiplyInto<Mode>(x, (<usize>inner) << 2, 4, packed, 0, out, rows, inner, columns)
}

/** How many steps apart the states lie from which a sequence can be gone on with. */
export function mixerStateEvery(): i32 {
  return ROWS
}

/** Floats of what a block hands on at a multiple of ROWS steps: the k - 1 rows of uIn before it, then h as the scan has it. */
export function mixerStateSize(e: i32, n: i32, k: i32): i32 {
  return (k - 1) * e + scanCheckpointSize(1, 1, e, n)
}

/**
 * Copies the state before step `t`, a multiple of ROWS below l, out of what mixerForward kept for one sequence of l steps,
 * into `state`. `kept` begins after the rows that came before, where that sequence itself went on from a state.
 */
export function mixerStateAt(kept: usize, state: usize, t: i32, l: i32, e: i32, n: i32, r: i32, k: i32): void {
  const rowBytes = (<usize>e) << 2
  const window = <usize>(k - 1) * rowBytes
  const uIn = onLine(kept)
  memory.copy(state, uIn + <usize>t * rowBytes - window, window)
  const checkpoints = uIn + 8 * span(l * e) + span(2 * l * n) + span(l * r) + span(e * n)
  const size = (<usize>scanCheckpointSize(1, 1, e, n)) << 2
  memory.copy(state + window, checkpoints + ((<usize>scanCheckpointSize(1, t, e, n)) << 2), size)
}

/**
 * out (b, l, d) and `kept` (mixerKeptSize floats), from x (b, l, d) and the weights. Where `state` is not 0 (mixerStateAt,
 * one sequence), the steps go on from it as if they stood where it was taken, bit for bit; its window lies before `kept`.
 */
export function mixerForward(
  x: usize, inProj: usize, convWeight: usize, convBias: usize, xProj: usize, dtWeight: usize, dtBias: usize,
  ALog: usize, D: usize, outProj: usize, norm: usize, out: usize, kept: usize, scratch: usize,
  b: i32, l: i32, d: i32, e: i32, n: i32, r: i32, k: i32, epsilon: f32, state: usize,
): void {
  const wide = span(b * l * e)
  const uIn = onLine(kept)
  const convSlope = uIn + wide
  const u = convSlope + wide
  const open = u + wide
  const dt = open + wide
  const slope = dt + wide
  const gated = slope + wide
  const ySlope = gated + wide
  const BC = ySlope + wide
  const rank = BC + span(2 * b * l * n)
  const A = rank + span(b * l * r)
  let checkpoints = A + span(e * n)
  const window = (<usize>((k - 1) * e)) << 2
  const before = state ? k - 1 : 0
  if (state) memory.copy(uIn - window, state, window)

  const toU = scratch
  const toZ = packForward(inProj, toU, d, e)
  const toRank = packForward(inProj + ((<usize>(e * d)) << 2), toZ, d, e)
  const toBC = packForward(xProj, toRank, e, r)
  const toDelta = packForward(xProj + ((<usize>(r * e)) << 2), toBC, e, 2 * n)
  const toOut = packForward(dtWeight, toDelta, r, e)
  const normed = packForward(outProj, toOut, e, d)
  const taps = normed + span(ROWS * d)
  const scan = taps + (<usize>((convScratchBytes(e, k) + 15) & ~15))
  packTaps(convWeight, taps, e, k)
  negativeExp(ALog, A, e * n)
  beginForward(A, scan, e, n)

  const toC = (<usize>n) << 2
  for (let batch = 0; batch < b; batch++) {
    if (state) resumeForward(state + window, scan, e, n)
    else resetForward(scan, e, n)
    for (let t = 0; t < l; t += ROWS) {
      const rows = min(ROWS, l - t)
      const first = <usize>(batch * l + t)
      const atE = (first * <usize>e) << 2
      const atBC = (first * <usize>n) << 3
      const atR = (first * <usize>r) << 2
      const atD = (first * <usize>d) << 2
      if (norm) rmsNormForward(x + atD, norm, normed, rows, d, epsilon)
      const input = norm ? normed : x + atD
      apply<Overwrite>(input, toU, uIn + atE, rows, d, e)
      apply<Overwrite>(input, toZ, open + atE, rows, d, e)
      convForwardRows(uIn + atE, taps, convBias, u + atE, convSlope + atE, before + t, rows, e, k)
      if (r < 4) multiplyNarrow(u + atE, xProj, rank + atR, rows, e, r)
      else apply<Overwrite>(u + atE, toRank, rank + atR, rows, e, r)
      apply<Overwrite>(u + atE, toBC, BC + atBC, rows, e, 2 * n)
      apply<Overwrite>(rank + atR, toDelta, dt + atE, rows, r, e)
      forwardRows(
        u + atE, dt + atE, BC + atBC, BC + atBC + toC, D, open + atE, dtBias, gated + atE, dt + atE, slope + atE,
        open + atE, ySlope + atE, checkpoints, scan, rows, e, n, 2 * toC)
      apply<Overwrite>(gated + atE, toOut, out + atD, rows, e, d)
      if (norm) addElements(x + atD, out + atD, rows * d)
      checkpoints += (<usize>scanCheckpointSize(1, rows, e, n)) << 2
    }
  }
}

/** Gradients of x and every weight, given dOut (b, l, d), the inputs and what the forward pass kept. */
export function mixerBackward(
  dOut: usize, x: usize, inProj: usize, convWeight: usize, convBias: usize, xProj: usize, dtWeight: usize,
  dtBias: usize, ALog: usize, D: usize, outProj: usize, norm: usize, kept: usize,
  dx: usize, dInProj: usize, dConvWeight: usize, dConvBias: usize, dXProj: usize, dDtWeight: usize, dDtBias: usize,
  dALog: usize, dD: usize, dOutProj: usize, dNorm: usize, scratch: usize,
  b: i32, l: i32, d: i32, e: i32, n: i32, r: i32, k: i32, epsilon: f32,
): void {
  const wide = span(b * l * e)
  const uIn = onLine(kept)
  const convSlope = uIn + wide
  const u = convSlope + wide
  const open = u + wide
  const dt = open + wide
  const slope = dt + wide
  const gated = slope + wide
  const ySlope = gated + wide
  const BC = ySlope + wide
  const rank = BC + span(2 * b * l * n)
  const A = rank + span(b * l * r)
  const checkpoints = A + span(e * n)
  const saved = (<usize>scanCheckpointSize(1, l, e, n)) << 2
  const savedRow = (<usize>scanCheckpointSize(1, ROWS, e, n)) << 2

  const fromU = scratch
  const fromZ = packBackward(inProj, fromU, d, e)
  const fromRank = packBackward(inProj + ((<usize>(e * d)) << 2), fromZ, d, e)
  const fromBC = packBackward(xProj, fromRank, e, r)
  const fromDelta = packBackward(xProj + ((<usize>(r * e)) << 2), fromBC, e, 2 * n)
  const fromOut = packBackward(dtWeight, fromDelta, r, e)
  if (r < 4) transpose(dtWeight, fromDelta, e, r)
  const dGated = packBackward(outProj, fromOut, e, d)
  const dz = dGated + span(ROWS * e)
  const du = dz + span(ROWS * e)
  const dDelta = du + span(ROWS * e)
  const duIn = dDelta + span(ROWS * e)
  const dBC = duIn + span(ROWS * e)
  const dRank = dBC + span(2 * ROWS * n)
  const dDtTransposed = dRank + span(ROWS * r)
  const dA = dDtTransposed + span(r * e)
  const normed = dA + span(e * n)
  const dNormed = normed + span(ROWS * d)
  const conv = dNormed + span(ROWS * d)
  const scan = conv + (<usize>((convScratchBytes(e, k) + 15) & ~15))

  const dToZ = dInProj + ((<usize>(e * d)) << 2)
  const dToBC = dXProj + ((<usize>(r * e)) << 2)
  const toC = (<usize>n) << 2
  memory.fill(dInProj, 0, (<usize>(2 * e * d)) << 2)
  memory.fill(dXProj, 0, (<usize>((r + 2 * n) * e)) << 2)
  memory.fill(dDtTransposed, 0, (<usize>(r * e)) << 2)
  memory.fill(dOutProj, 0, (<usize>(d * e)) << 2)
  if (norm) memory.fill(dNorm, 0, (<usize>d) << 2)
  beginConvBackward(convWeight, dConvBias, conv, e, k)
  beginBackward(A, dD, dDtBias, scan, e, n)

  for (let batch = 0; batch < b; batch++) {
    resetBackward(scan, e, n)
    resetConvBackward(conv, e, k)
    for (let t = ((l - 1) / ROWS) * ROWS; t >= 0; t -= ROWS) {
      const rows = min(ROWS, l - t)
      const first = <usize>(batch * l + t)
      const atE = (first * <usize>e) << 2
      const atBC = (first * <usize>n) << 3
      const atR = (first * <usize>r) << 2
      const atD = (first * <usize>d) << 2
      apply<Overwrite>(dOut + atD, fromOut, dGated, rows, d, e)
      addWeightGradient(dOut + atD, gated + atE, dOutProj, rows, e, d)
      backwardRows(
        dGated, u + atE, BC + atBC, BC + atBC + toC, D, dt + atE, slope + atE, open + atE, ySlope + atE,
        checkpoints + <usize>batch * saved + <usize>(t / ROWS) * savedRow,
        du, dDelta, dBC, dBC + toC, dD, dz, dDtBias, scan, rows, e, n, 2 * toC)
      if (r < 4) multiplyNarrow(dDelta, fromDelta, dRank, rows, e, r)
      else apply<Overwrite>(dDelta, fromDelta, dRank, rows, e, r)
      addWeightGradient(rank + atR, dDelta, dDtTransposed, rows, e, r)
      apply<AddTo>(dRank, fromRank, du, rows, r, e)
      addWeightGradient(dRank, u + atE, dXProj, rows, e, r)
      apply<AddTo>(dBC, fromBC, du, rows, 2 * n, e)
      addWeightGradient(dBC, u + atE, dToBC, rows, e, 2 * n)
      convBackwardRows(du, convSlope + atE, uIn + atE, duIn, dConvBias, conv, t, rows, e, k)
      if (norm) rmsNormForward(x + atD, norm, normed, rows, d, epsilon)
      const input = norm ? normed : x + atD
      const dInput = norm ? dNormed : dx + atD
      apply<Overwrite>(duIn, fromU, dInput, rows, e, d)
      addWeightGradient(duIn, input, dInProj, rows, d, e)
      apply<AddTo>(dz, fromZ, dInput, rows, e, d)
      addWeightGradient(dz, input, dToZ, rows, d, e)
      if (norm) rmsNormBackwardRows(dNormed, x + atD, norm, dx + atD, dNorm, dOut + atD, rows, d, epsilon)
    }
  }
  endConvBackward(dConvWeight, conv, e, k)
  endBackward(dA, scan, e, n)
  multiplyElements(dA, A, dALog, e * n)
  transpose(dDtTransposed, dDtWeight, r, e)
}
