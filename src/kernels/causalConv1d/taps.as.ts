// Layout of the causal convolution (header: causalConv1d.ts): SIMD lanes of channels, eight at a time where there are as many; k
// taps in time.

/** Rows of one turn of the backward pass. */
export const CHUNK: i32 = 64

// @ts-expect-error: decorator
@inline
export function tapBytes(e: i32, k: i32): usize {
  return (<usize>(((e + 7) >> 3) * k)) << 5
}

/** Bytes of scratch that either pass needs: weights and their gradients as pairs of vectors [group][tap], and the window. */
export function convScratchBytes(e: i32, k: i32): i32 {
  return 2 * <i32>tapBytes(e, k) + (CHUNK + k - 1) * e * 4
}

/** Weights (e, k) as pairs of vectors [eight channels][tap]; zeros beyond the last channel. */
export function packTaps(weight: usize, packed: usize, e: i32, k: i32): void {
  for (let c = 0; c < e; c += 8)
    for (let j = 0; j < k; j++)
      for (let lane = 0; lane < 8; lane++, packed += 4) {
        const value: f32 = c + lane < e ? f32.load(weight + ((<usize>((c + lane) * k + j)) << 2)) : 0
        f32.store(packed, value)
      }
}

/** Where the taps of channels c to c + 3 begin; those of one tap to the next are a pair apart. */
// @ts-expect-error: decorator
@inline
export function tapsOf(taps: usize, c: i32, k: i32): usize {
  return taps + ((<usize>((c >> 3) * k)) << 5) + ((<usize>(c & 4)) << 2)
}
