import type * as tf from '@tensorflow/tfjs'
import { ROWS_PER_PARTIAL, sumPartials } from '../webgpu/sumPartials.js'
import type { WebgpuKernel } from '../webgpu/webgpuKernel.js'
import type { MatMulDims } from './plain.js'
import { type Operand, webgpuProduct } from './webgpuProduct.js'

type Sizes = Pick<MatMulDims, 'batch' | 'rows' | 'inner' | 'columns'>

/** A matrix stored (first, second) per batch, or its transpose. */
const operand = (tensor: tf.TensorInfo, first: number, second: number, transposed: boolean): Operand => ({
  ...{ tensor, batchStride: first * second },
  ...(transposed ? { rowStride: 1, columnStride: second } : { rowStride: second, columnStride: 1 }),
})

/** A product whose inner dimension is long is summed in pieces, so that more workgroups have work. */
function product(backend: object, left: Operand, right: Operand, dims: Sizes, shape: readonly number[]): tf.TensorInfo {
  const { batch, rows, inner, columns } = dims
  const segments = Math.ceil(inner / ROWS_PER_PARTIAL)
  if (segments === 1) return webgpuProduct(backend, left, right, dims, shape)
  const pieces = [batch, segments, rows, columns]
  const partials = webgpuProduct(backend, left, right, { ...dims, segments }, pieces)
  return sumPartials(backend, partials, { models: batch, segments, rows, columns }, shape)[0]!
}

/** op(a) op(b); the gradients are two more products (plain.ts). */
export const webgpuMatMul: WebgpuKernel = {
  forward(backend, { a, b }, { outputShape, transposeA, transposeB, ...dims }: MatMulDims & { outputShape: number[] }) {
    const { rows, inner, columns } = dims
    const left = transposeA ? operand(a!, inner, rows, true) : operand(a!, rows, inner, false)
    const right = transposeB ? operand(b!, columns, inner, true) : operand(b!, inner, columns, false)
    return [product(backend, left, right, dims, outputShape)]
  },
  backward(backend, dy, { a, b }, { batch, rows, inner, columns, transposeA, transposeB }: MatMulDims) {
    const g = (transposed: boolean) => operand(dy, rows, columns, transposed)
    const bStored = (transposed: boolean) =>
      transposeB ? operand(b!, columns, inner, transposed) : operand(b!, inner, columns, transposed)
    const aStored = (transposed: boolean) =>
      transposeA ? operand(a!, inner, rows, transposed) : operand(a!, rows, inner, transposed)
    const da = transposeA
      ? product(backend, bStored(transposeB), g(true), { batch, rows: inner, inner: columns, columns: rows }, a!.shape)
      : product(backend, g(false), bStored(!transposeB), { batch, rows, inner: columns, columns: inner }, a!.shape)
    const db = transposeB
      ? product(backend, g(true), aStored(transposeA), { batch, rows: columns, inner: rows, columns: inner }, b!.shape)
      : product(backend, aStored(!transposeA), g(false), { batch, rows: inner, inner: rows, columns }, b!.shape)
    return [da, db]
  },
}
