import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { plainDiagonalScan } from './plain.js'

/**
 * Diagonal, time-invariant state space model, discretised (Gu, Gupta, Goel & Ré 2022, S4D, equation 2), as a recurrence:
 *
 *     h[t] = a h[t-1] + u[t],  y[t] = sum_n c[:,n] h[t,:,n],  h[-1] = 0        (e, n)
 *
 * u (b, l, e); a and c (e, n), the input matrix folded into c; returns (b, l, e). On plain loops only ('cpu', 'wasm').
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function diagonalScan(u: tf.Tensor3D, a: tf.Tensor2D, c: tf.Tensor2D): tf.Tensor3D {
  const inputs = { u, a, c }
  if (u.shape.length !== 3 || a.shape.length !== 2)
    throw new KernelInputError('DiagonalScan', 'u must be (b, l, e), a and c (e, n)', shapesOf(inputs))
  const [b, l, e] = u.shape
  const n = a.shape[1]
  checkShapes('DiagonalScan', inputs, { u: [b, l, e], a: [e, n], c: [e, n] })
  return runOperation('DiagonalScan', inputs, { b, l, e, n, outputShape: [b, l, e] }) as tf.Tensor3D
}

registerPlainKernel(plainDiagonalScan, 'cpu')
registerPlainKernel(plainDiagonalScan, 'wasm')
