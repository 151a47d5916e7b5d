import type * as tf from '@tensorflow/tfjs'
import { KernelInputError } from '../kernelInputError.js'
import { checkShapes, runOperation, shapesOf } from '../operation.js'
import { registerPlainKernel } from '../plainKernel.js'
import { plainGru } from './plain.js'

/**
 * Gated recurrent unit over whole sequences, from an empty state (Cho et al. 2014), in PyTorch's form and gate order:
 *
 *     r, z = sigmoid(x + W h[t-1] + b),  n = tanh(x + r (W h[t-1] + b)),  h[t] = (1 - z) n + z h[t-1]
 *
 * x (b, l, 3h) the projected inputs, their bias included; weight (3h, h); bias (3h); returns (b, l, h). Backward:
 * backpropagation through time, the states computed anew. On plain loops only ('cpu' and 'wasm').
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function gru(x: tf.Tensor3D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor3D {
  const inputs = { x, weight, bias }
  if (x.shape.length !== 3 || weight.shape.length !== 2)
    throw new KernelInputError('Gru', 'x must be (b, l, 3h) and weight (3h, h)', shapesOf(inputs))
  const [b, l] = x.shape
  const h = weight.shape[1]
  checkShapes('Gru', inputs, { x: [b, l, 3 * h], weight: [3 * h, h], bias: [3 * h] })
  return runOperation('Gru', inputs, { b, l, h, outputShape: [b, l, h] }) as tf.Tensor3D
}

registerPlainKernel(plainGru, 'cpu')
registerPlainKernel(plainGru, 'wasm')
