import * as tf from '@tensorflow/tfjs'
import { causalConv1d } from '../causalConv1d/causalConv1d.js'
import { KernelInputError } from '../kernelInputError.js'
import { linear } from '../linear/linear.js'
import { checkShapes, modelsOf, runOperation, shapesOf } from '../operation.js'
import { rmsNorm } from '../rmsNorm/rmsNorm.js'
import { selectiveScan } from '../selectiveScan/selectiveScan.js'
import { wasmHost } from '../wasm/wasmHost.js'
import { registerMixerOnWasm } from './wasm.js'

/**
 * Weights of one Mamba block in PyTorch's layout; d d_model, e d_inner, n d_state, r dt_rank, k d_conv. Those of several
 * models have a leading dimension of models each.
 */
export interface MixerWeights {
  /** in_proj.weight (2e, d) */ readonly inProj: tf.Tensor
  /** conv1d.weight (e, k), without PyTorch's middle dimension of 1 */ readonly convWeight: tf.Tensor
  /** conv1d.bias (e) */ readonly convBias: tf.Tensor
  /** x_proj.weight (r + 2n, e) */ readonly xProj: tf.Tensor
  /** dt_proj.weight (e, r) */ readonly dtWeight: tf.Tensor
  /** dt_proj.bias (e) */ readonly dtBias: tf.Tensor
  /** A_log (e, n); A = -exp(A_log) */ readonly ALog: tf.Tensor
  /** D (e) */ readonly D: tf.Tensor
  /** out_proj.weight (d, e) */ readonly outProj: tf.Tensor
}

/**
 * The whole Mamba block between norm and residual (arXiv 2312.00752, section 3.4, figure 3): x (b, l, d) to (b, l, d),
 * differentiable in x and every weight; of several models x is (M, l, d). On 'wasm' one model's is one kernel without a
 * tape or copies inside; elsewhere the operations of this room, one by one. Both give the same numbers within rounding.
 * @throws KernelInputError when shapes do not fit, a dimension is zero, or an input holds NaN
 */
export function mambaMixer(x: tf.Tensor3D, weights: MixerWeights): tf.Tensor3D {
  const inputs = inOrder(x, weights)
  const dims = checkMixer(inputs)
  if (!isFused(weights)) return composedMixer(x, weights)
  return runOperation('MambaMixer', inputs, { ...dims, epsilon: 0, outputShape: x.shape }) as tf.Tensor3D
}

/**
 * One layer of the network: the block with its norm before it and the residual around it, h + mixer(rmsNorm(h)); h
 * (b, l, d), norm (d); returns (b, l, d). Differentiable in h, norm and every weight; one kernel on 'wasm'.
 * @throws KernelInputError as mambaMixer
 */
export function mambaLayer(h: tf.Tensor3D, norm: tf.Tensor, weights: MixerWeights, epsilon = 1e-5): tf.Tensor3D {
  const inputs = { ...inOrder(h, weights), norm }
  const dims = checkMixer(inputs)
  if (!isFused(weights)) return tf.add(composedMixer(rmsNorm(h, norm, epsilon), weights), h)
  return runOperation('MambaMixer', inputs, { ...dims, epsilon, outputShape: h.shape }) as tf.Tensor3D
}

const isFused = ({ ALog }: MixerWeights): boolean =>
  modelsOf(ALog, 2).length === 0 && tf.getBackend() === 'wasm' && wasmHost(tf.backend()) !== undefined

function inOrder(x: tf.Tensor3D, weights: MixerWeights) {
  const { inProj, convWeight, convBias, xProj, dtWeight, dtBias, ALog, D, outProj } = weights
  return { x, inProj, convWeight, convBias, xProj, dtWeight, dtBias, ALog, D, outProj }
}

function checkMixer(inputs: { x: tf.Tensor3D; norm?: tf.Tensor } & MixerWeights) {
  const { x, convWeight, dtWeight, ALog } = inputs
  const models = modelsOf(ALog, 2)
  if (x.shape.length !== 3 || [convWeight, dtWeight, ALog].some(({ shape }) => shape.length !== 2 + models.length))
    throw new KernelInputError('MambaMixer', 'x must be (b, l, d), matrices of rank 2', shapesOf({ ...inputs }))
  const [sequences, l, d] = x.shape
  const [b = sequences] = models
  const [e, n] = ALog.shape.slice(-2) as [number, number]
  const [k, r] = [convWeight.shape.at(-1)!, dtWeight.shape.at(-1)!]
  const weights = {
    ...{ inProj: [2 * e, d], convWeight: [e, k], convBias: [e], xProj: [r + 2 * n, e] },
    ...{ dtWeight: [e, r], dtBias: [e], ALog: [e, n], D: [e], outProj: [d, e], norm: [d] },
  }
  const expected = Object.entries(weights).map(([name, shape]) => [name, [...models, ...shape]])
  checkShapes('MambaMixer', { ...inputs }, { x: [b, l, d], ...Object.fromEntries(expected) })
  return { b, l, d, e, n, r, k }
}

/** The block from the operations of this room, for every backend; weights of one output each, so nothing is split. */
export function composedMixer(x: tf.Tensor3D, weights: MixerWeights): tf.Tensor3D {
  const { inProj, convWeight, convBias, xProj, dtWeight, dtBias, ALog, D, outProj } = weights
  const [n, r] = [ALog.shape.at(-1)!, dtWeight.shape.at(-1)!]
  const [toU, toZ] = tf.split(inProj, 2, -2) as [tf.Tensor, tf.Tensor]
  const [toRank, toB, toC] = tf.split(xProj, [r, n, n], -2) as [tf.Tensor, tf.Tensor, tf.Tensor]
  const u = causalConv1d(linear(x, toU), convWeight, convBias)
  const gated = selectiveScan({
    ...{ u, delta: linear(linear(u, toRank), dtWeight), A: tf.neg(tf.exp(ALog)), B: linear(u, toB) },
    ...{ C: linear(u, toC), D, z: linear(x, toZ), deltaBias: dtBias },
  })
  return linear(gated, outProj)
}

registerMixerOnWasm()
