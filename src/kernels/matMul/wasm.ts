import type * as tf from '@tensorflow/tfjs'
import type { WasmHost } from '../wasm/wasmHost.js'
import type { WasmKernel } from '../wasm/wasmKernel.js'
import type { MatMulDims } from './plain.js'

/** A matrix at an address, and whether it is stored transposed. */
interface Operand {
  readonly tensor: tf.TensorInfo
  readonly transposed: boolean
}

/** out[m] = op(left[m]) op(right[m]) for every m of the batch. */
function product(
  host: WasmHost,
  left: Operand,
  right: Operand,
  out: tf.TensorInfo,
  dims: Omit<MatMulDims, `t${string}`>,
) {
  const { batch, rows, inner, columns } = dims
  const [leftAt, rightAt, outAt] = [left.tensor, right.tensor, out].map(host.pointer) as [number, number, number]
  const [rowStride, leftInner] = left.transposed ? [4, 4 * rows] : [4 * inner, 4]
  const [rightInner, columnStride] = right.transposed ? [4, 4 * inner] : [4 * columns, 4]
  host.withScratch(host.kernels.packedBytes(inner, columns), (packed) => {
    for (let m = 0; m < batch; m++) {
      host.kernels.packRight(rightAt + 4 * m * inner * columns, rightInner, columnStride, packed, inner, columns)
      const [a, c] = [leftAt + 4 * m * rows * inner, outAt + 4 * m * rows * columns]
      host.kernels.multiplyPacked(a, rowStride, leftInner, packed, 0, c, rows, inner, columns)
    }
  })
}

/** Host side of wasm.as.ts; the gradients are two more products (plain.ts). */
export const wasmMatMul: WasmKernel = {
  forward(host, { a, b }, { transposeA, transposeB, ...dims }: MatMulDims & { outputShape: number[] }) {
    const out = host.output(dims.outputShape)
    product(host, { tensor: a!, transposed: transposeA }, { tensor: b!, transposed: transposeB }, out, dims)
    return [out]
  },
  backward(host, dy, { a, b }, { batch, rows, inner, columns, transposeA, transposeB }: MatMulDims) {
    const [da, db] = [host.output(a!.shape), host.output(b!.shape)]
    const straight = { tensor: dy, transposed: false }
    const turned = { tensor: dy, transposed: true }
    const right = { tensor: b!, transposed: !transposeB }
    const left = { tensor: a!, transposed: !transposeA }
    if (transposeA)
      product(host, { ...right, transposed: transposeB }, turned, da, {
        batch,
        rows: inner,
        inner: columns,
        columns: rows,
      })
    else product(host, straight, right, da, { batch, rows, inner: columns, columns: inner })
    if (transposeB)
      product(host, turned, { ...left, transposed: transposeA }, db, {
        batch,
        rows: columns,
        inner: rows,
        columns: inner,
      })
    else product(host, left, straight, db, { batch, rows: inner, inner: rows, columns })
    return [da, db]
  },
}
