import type * as tf from '@tensorflow/tfjs'
import { type Operand, webgpuProduct } from '../matMul/webgpuProduct.js'
import { ROWS_PER_PARTIAL, sumPartials } from '../webgpu/sumPartials.js'
import type { WebgpuKernel } from '../webgpu/webgpuKernel.js'
import type { LinearDims } from './plain.js'

type Dims = LinearDims & { readonly models: number; readonly outputShape: number[] }

/** A matrix (rows, columns) per model, row-major. */
const straight = (tensor: tf.TensorInfo, rows: number, columns: number): Operand => ({
  ...{ tensor, rowStride: columns, columnStride: 1, batchStride: rows * columns },
})

const turned = ({ tensor, rowStride, columnStride, batchStride }: Operand): Operand => ({
  ...{ tensor, rowStride: columnStride, columnStride: rowStride, batchStride },
})

/** Products per model: y = x weightᵀ + bias; dx = dy weight; dweight = dyᵀ x, in pieces of rows, with dbias beside it. */
export const webgpuLinear: WebgpuKernel = {
  forward(backend, { x, weight, bias }, { models, rows, inner, columns, outputShape }: Dims) {
    const perModel = rows / models
    const dims = { batch: models, rows: perModel, inner, columns }
    const right = turned(straight(weight!, columns, inner))
    return [webgpuProduct(backend, straight(x!, perModel, inner), right, dims, outputShape, bias)]
  },
  backward(backend, dy, { x, weight, bias }, { models, rows, inner, columns }: Dims) {
    const perModel = rows / models
    const left = straight(dy, perModel, columns)
    const toX = { batch: models, rows: perModel, inner: columns, columns: inner }
    const dx = webgpuProduct(backend, left, straight(weight!, columns, inner), toX, x!.shape)
    const segments = Math.ceil(perModel / ROWS_PER_PARTIAL)
    const toWeight = { batch: models, rows: columns, inner: perModel, columns: inner, segments, onesColumn: !!bias }
    const shape = [models, segments, columns, inner + (bias ? 1 : 0)]
    const partials = webgpuProduct(backend, turned(left), straight(x!, perModel, inner), toWeight, shape)
    const sizes = { models, segments, rows: columns, columns: inner }
    return [dx, ...sumPartials(backend, partials, sizes, weight!.shape, bias?.shape)]
  },
}
