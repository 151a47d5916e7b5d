import * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, hasKernel, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { registerWasmKernel } from '../wasm/wasmKernel.js'
import { registerWebgpuKernel } from '../webgpu/webgpuKernel.js'
import { plainMatMul } from './plain.js'
import { wasmMatMul } from './wasm.js'
import { webgpuMatMul } from './webgpu.js'

/**
 * Matrix product op(a) op(b) of rank 2, or of rank 3 per leading index; differentiable in both. Unlike tfjs's own on
 * 'wasm' it is fast when transposed or batched, forward and backward, and keeps no packed copy of an operand; on 'webgpu' it
 * adds in the same order each time, which tfjs's own does not where the inner dimension is long. Backward, with y = op(a) op(b):
 * d op(a) = dy op(b)ᵀ and d op(b) = op(a)ᵀ dy, written transposed where the operand is.
 * @throws KernelInputError when ranks, batch or inner dimension do not fit, or an input holds NaN
 */
export function matMul<T extends tf.Tensor2D | tf.Tensor3D>(a: T, b: T, transposeA = false, transposeB = false): T {
  const inputs = { a, b }
  const rank = a.shape.length
  if ((rank !== 2 && rank !== 3) || b.shape.length !== rank)
    throw new KernelInputError('MatMul', 'a and b must both have rank 2, or both rank 3', shapesOf(inputs))
  const lead: number[] = a.shape.slice(0, -2)
  const [rows, inner] = oriented(a, transposeA)
  const [, columns] = oriented(b, transposeB)
  checkShapes('MatMul', inputs, {
    a: [...lead, ...(transposeA ? [inner, rows] : [rows, inner])],
    b: [...lead, ...(transposeB ? [columns, inner] : [inner, columns])],
  })
  if (!hasKernel('MatMul')) return tf.matMul(a, b, transposeA, transposeB) as T
  const dims = { batch: lead[0] ?? 1, rows, inner, columns, transposeA, transposeB }
  return runOperation('MatMul', inputs, { ...dims, outputShape: [...lead, rows, columns] }) as T
}

function oriented(matrix: tf.Tensor, transposed: boolean): [number, number] {
  const [first, second] = matrix.shape.slice(-2) as [number, number]
  return transposed ? [second, first] : [first, second]
}

registerPlainKernel(plainMatMul, 'cpu')
registerWasmKernel(plainMatMul, wasmMatMul)
registerWebgpuKernel(plainMatMul.name, webgpuMatMul)
