import * as tf from '@tensorflow/tfjs'
import { modelsOf, runOperation } from '../operation.js'
import type { SelectiveScanInputs } from './selectiveScan.js'

/**
 * The scan as kernel 'PackedScan' takes it: every parameter of a channel in one tensor (models, e, n + 2), A, then D, then
 * deltaBias, because a device need not bind more than ten buffers at once. Arguments as selectiveScan.
 */
export function packedScan({ u, delta, A, B, C, D, z, deltaBias }: SelectiveScanInputs): tf.Tensor3D {
  const [e, n] = A.shape.slice(-2) as [number, number]
  const [models = 1] = modelsOf(A, 2)
  const column = (values: tf.Tensor) => values.reshape([models, e, 1])
  const params = tf.concat([A.reshape([models, e, n]), column(D), column(deltaBias)], 2)
  const [sequences, l] = u.shape
  const dims = { models, b: sequences / models, l, e, n, outputShape: u.shape }
  return runOperation('PackedScan', { u, delta, z, B, C, params }, dims) as tf.Tensor3D
}
