import * as tf from '@tensorflow/tfjs'
import { causalConv1d } from '../causalConv1d/causalConv1d.js'
import { KernelInputError } from '../kernelInputError.js'
import { linear } from '../linear/linear.js'
import { checkShapes, runOperation, shapesOf } from '../operation.js'
import { rmsNorm } from '../rmsNorm/rmsNorm.js'
import { selectiveScan } from '../selectiveScan/selectiveScan.js'
import { wasmHost } from '../wasm/wasmHost.js'
import { registerMixerOnWasm } from './wasm.js'

/** Weights of one Mamba block in PyTorch's layout; d d_model, e d_inner, n d_state, r dt_rank, k d_conv. */
export interface MixerWeights {
  /** in_proj.weight (2e, d) */ readonly inProj: tf.Tensor2D
  /** conv1d.weight (e, k), without PyTorch's middle dimension of 1 */ readonly convWeight: tf.Tensor2D
  /** conv1d.bias (e) */ readonly convBias: tf.Tensor1D
  /** x_proj.weight (r + 2n, e) */ readonly xProj: tf.Tensor2D
  /** dt_proj.weight (e, r) */ readonly dtWeight: tf.Tensor2D
  /** dt_proj.bias (e) */ readonly dtBias: tf.Tensor1D
  /** A_log (e, n); A = -exp(A_log) */ readonly ALog: tf.Tensor2D
  /** D (e) */ readonly D: tf.Tensor1D
  /** out_proj.weight (d, e) */ readonly outProj: tf.Tensor2D
}

/**
 * The whole Mamba block between norm and residual (arXiv 2312.00752, section 3.4, figure 3): x (b, l, d) to (b, l, d),
 * differentiable in x and every weight. On 'wasm' it is one kernel without a tape or copies inside; elsewhere the
 * operations of this room, one by one. Both give the same numbers within rounding.
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function mambaMixer(x: tf.Tensor3D, weights: MixerWeights): tf.Tensor3D {
  const inputs = inOrder(x, weights)
  const dims = checkMixer(inputs)
  if (!isFused()) return composedMixer(x, weights)
  return runOperation('MambaMixer', inputs, { ...dims, epsilon: 0, outputShape: x.shape }) as tf.Tensor3D
}

/**
 * One layer of the network: the block with its norm before it and the residual around it, h + mixer(rmsNorm(h)); h
 * (b, l, d), norm (d); returns (b, l, d). Differentiable in h, norm and every weight; one kernel on 'wasm'.
 * @throws KernelInputError as mambaMixer
 */
export function mambaLayer(h: tf.Tensor3D, norm: tf.Tensor1D, weights: MixerWeights, epsilon = 1e-5): tf.Tensor3D {
  const inputs = { ...inOrder(h, weights), norm }
  const dims = checkMixer(inputs)
  if (!isFused()) return tf.add(composedMixer(rmsNorm(h, norm, epsilon), weights), h)
  return runOperation('MambaMixer', inputs, { ...dims, epsilon, outputShape: h.shape }) as tf.Tensor3D
}

const isFused = (): boolean => tf.getBackend() === 'wasm' && wasmHost(tf.backend()) !== undefined

function inOrder(x: tf.Tensor3D, weights: MixerWeights) {
  const { inProj, convWeight, convBias, xProj, dtWeight, dtBias, ALog, D, outProj } = weights
  return { x, inProj, convWeight, convBias, xProj, dtWeight, dtBias, ALog, D, outProj }
}

function checkMixer(inputs: { x: tf.Tensor3D; norm?: tf.Tensor1D } & MixerWeights) {
  const { x, convWeight, dtWeight, ALog } = inputs
  if (x.shape.length !== 3 || [convWeight, dtWeight, ALog].some(({ shape }) => shape.length !== 2))
    throw new KernelInputError('MambaMixer', 'x must be (b, l, d), matrices of rank 2', shapesOf({ ...inputs }))
  const [b, l, d] = x.shape
  const [e, n] = ALog.shape
  const [k, r] = [convWeight.shape[1], dtWeight.shape[1]]
  checkShapes(
    'MambaMixer',
    { ...inputs },
    {
      ...{ x: [b, l, d], inProj: [2 * e, d], convWeight: [e, k], convBias: [e], xProj: [r + 2 * n, e] },
      ...{ dtWeight: [e, r], dtBias: [e], ALog: [e, n], D: [e], outProj: [d, e], norm: [d] },
    },
  )
  return { b, l, d, e, n, r, k }
}

/** The block from the operations of this room, for every backend; weights of one output each, so nothing is split. */
export function composedMixer(x: tf.Tensor3D, weights: MixerWeights): tf.Tensor3D {
  const { inProj, convWeight, convBias, xProj, dtWeight, dtBias, ALog, D, outProj } = weights
  const [, n] = ALog.shape
  const r = dtWeight.shape[1]
  const [toU, toZ] = tf.split(inProj, 2, 0) as [tf.Tensor2D, tf.Tensor2D]
  const [toRank, toB, toC] = tf.split(xProj, [r, n, n], 0) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]
  const u = causalConv1d(linear(x, toU), convWeight, convBias)
  const gated = selectiveScan({
    ...{ u, delta: linear(linear(u, toRank), dtWeight), A: tf.neg(tf.exp(ALog)), B: linear(u, toB) },
    ...{ C: linear(u, toC), D, z: linear(x, toZ), deltaBias: dtBias },
  })
  return linear(gated, outProj)
}

registerMixerOnWasm()
