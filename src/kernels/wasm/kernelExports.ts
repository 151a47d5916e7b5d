type Pointer = number

/** What the compiled module exports; each function is documented in the wasm.as.ts of its operation. Sizes in floats. */
export interface KernelExports {
  constantBytes(): number
  begin(constants: Pointer, wide: number): void
  allFinite(x: Pointer, size: number): number
  mixerKeptSize(b: number, l: number, e: number, n: number, r: number): number
  mixerScratchBytes(d: number, e: number, n: number, r: number, k: number): number
  mixerForward(...pointersThenDims: number[]): void
  mixerStateEvery(): number
  mixerStateSize(e: number, n: number, k: number): number
  mixerStateAt(...pointersThenDims: number[]): void
  mixerBackward(...pointersThenDims: number[]): void
  scanCheckpointSize(b: number, l: number, e: number, n: number): number
  scanScratchBytes(e: number, n: number): number
  scanForward(...pointersThenDims: number[]): void
  scanBackward(...pointersThenDims: number[]): void
  convScratchBytes(e: number, k: number): number
  convForward(...pointersThenDims: number[]): void
  convBackward(...pointersThenDims: number[]): void
  linearScratchBytes(inner: number, columns: number): number
  linearForward(...pointersThenDims: number[]): void
  linearBackward(...pointersThenDims: number[]): void
  packedBytes(inner: number, columns: number): number
  packRight(
    b: Pointer,
    innerStride: number,
    columnStride: number,
    packed: Pointer,
    inner: number,
    columns: number,
  ): void
  multiplyPacked(
    a: Pointer,
    rowStride: number,
    innerStride: number,
    packed: Pointer,
    bias: Pointer,
    out: Pointer,
    rows: number,
    inner: number,
    columns: number,
  ): void
  rmsNormForward(x: Pointer, weight: Pointer, out: Pointer, rows: number, d: number, epsilon: number): void
  rmsNormBackward(...pointersThenDims: number[]): void
  adamStep(...pointersThenConstants: number[]): void
}
