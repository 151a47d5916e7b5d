import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { plainLstm } from './plain.js'

/**
 * Long short-term memory over whole sequences, from an empty state (Hochreiter & Schmidhuber 1997; forget gate of Gers et
 * al. 2000), in PyTorch's gate order:
 *
 *     i, f, o = sigmoid(x + W h[t-1]),  g = tanh(x + W h[t-1])
 *     c[t] = f c[t-1] + i g,            h[t] = o tanh(c[t])
 *
 * x (b, l, 4h) the projected inputs, bias included; weight (4h, h); returns (b, l, h). Backward: backpropagation through
 * time, the states computed anew. On plain loops only ('cpu' and 'wasm').
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function lstm(x: tf.Tensor3D, weight: tf.Tensor2D): tf.Tensor3D {
  const inputs = { x, weight }
  if (x.shape.length !== 3 || weight.shape.length !== 2)
    throw new KernelInputError('Lstm', 'x must be (b, l, 4h) and weight (4h, h)', shapesOf(inputs))
  const [b, l] = x.shape
  const h = weight.shape[1]
  checkShapes('Lstm', inputs, { x: [b, l, 4 * h], weight: [4 * h, h] })
  return runOperation('Lstm', inputs, { b, l, h, outputShape: [b, l, h] }) as tf.Tensor3D
}

registerPlainKernel(plainLstm, 'cpu')
registerPlainKernel(plainLstm, 'wasm')
